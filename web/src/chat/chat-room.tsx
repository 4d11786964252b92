import { useMemo, useState } from "react";
import { useClient } from "urql";
import { ProblemNotice } from "../components/problem-notice.tsx";
import { modelsFor } from "../models/families.ts";
import { useModels } from "../models/use-models.ts";
import { newId } from "../new-id.ts";
import { goTo, useSearch } from "../use-path.ts";
import { chatsOf } from "./chats.ts";
import { ConversationList } from "./conversation-list.tsx";
import { chosenModel, useSettings } from "./settings.ts";
import { SettingsBar } from "./settings-bar.tsx";
import { Thread } from "./thread.tsx";
import { useWatched } from "./watched.ts";
import "./chat-room.css";

/** Conversations about pictures, with one model at a time. */
export function ChatRoom(): React.JSX.Element {
  const chats = chatsOf(useClient());
  const conversations = useWatched(chats.conversations);
  const { models, problem, retry } = useModels();
  const [settings, setSettings] = useSettings();
  const [freshId, setFreshId] = useState(() => newId());
  const openId = new URLSearchParams(useSearch()).get("conversation") ?? freshId;
  const able = modelsFor("CHAT", models ?? []);
  const model = chosenModel(settings, able);
  const modelId = model?.id;
  const asked = useMemo(
    () => (modelId === undefined ? undefined : { ...settings, model: modelId }),
    [settings, modelId],
  );
  const begin = (): void => {
    setFreshId(newId());
    goTo("/chat");
  };
  return (
    <div className="chat">
      <h1 className="visually-hidden">Chat about pictures</h1>
      <ConversationList
        conversations={conversations ?? []}
        openId={openId}
        onOpen={(id) => goTo(addressOf(id))}
        onBegin={begin}
        onRename={(id, name) => chats.rename(id, name)}
        onRemove={(id) => {
          chats.remove(id);
          if (id === openId) begin();
        }}
      />
      <section className="talk card" aria-label="Conversation">
        <SettingsBar settings={settings} onChange={setSettings} models={able} model={model} />
        {problem && <ProblemNotice problem={problem} onRetry={retry} />}
        {models && !model && <p className="talk-note">No model that can chat is served.</p>}
        {conversations === undefined ? (
          <p className="talk-note soft">One moment …</p>
        ) : (
          <Thread
            key={openId}
            id={openId}
            chats={chats}
            conversation={conversations.find(({ id }) => id === openId)}
            settings={asked}
            onBegun={() => goTo(addressOf(openId), "replace")}
          />
        )}
      </section>
    </div>
  );
}

function addressOf(id: string): string {
  return `/chat?conversation=${encodeURIComponent(id)}`;
}
