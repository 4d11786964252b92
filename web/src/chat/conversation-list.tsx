import { useRef, useState } from "react";
import { type Conversation, titleOf } from "./conversation.ts";
import { useIsWide } from "./use-is-wide.ts";
import "./conversation-list.css";

interface ConversationListProps {
  readonly conversations: readonly Conversation[];
  readonly openId: string;
  readonly onOpen: (id: string) => void;
  readonly onBegin: () => void;
  readonly onRename: (id: string, name: string) => void;
  readonly onRemove: (id: string) => void;
}

/** The conversations of this browser: at the side where there is room, else folded. */
export function ConversationList(props: ConversationListProps): React.JSX.Element {
  const isWide = useIsWide();
  return (
    <nav className="conversations" aria-label="Conversations">
      {isWide ? (
        <List {...props} />
      ) : (
        <details key={props.openId}>
          <summary className="button">Conversations</summary>
          <List {...props} />
        </details>
      )}
    </nav>
  );
}

function List(props: ConversationListProps): React.JSX.Element {
  const { conversations, openId, onOpen, onBegin, onRename, onRemove } = props;
  const beginButton = useRef<HTMLButtonElement>(null);
  return (
    <div className="conversations-list">
      <button ref={beginButton} type="button" className="button" onClick={onBegin}>
        New conversation
      </button>
      <ul>
        {conversations.map((conversation) => (
          <li key={conversation.id} data-open={conversation.id === openId}>
            <button
              type="button"
              className="conversation"
              aria-current={conversation.id === openId ? "page" : undefined}
              onClick={() => onOpen(conversation.id)}
            >
              {titleOf(conversation)}
            </button>
            {conversation.id === openId && (
              <Changes
                title={titleOf(conversation)}
                onRename={(name) => onRename(openId, name)}
                onRemove={() => {
                  beginButton.current?.focus();
                  onRemove(openId);
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {conversations.length > 0 && <p className="soft small">Kept in this browser alone, the latest 50.</p>}
    </div>
  );
}

interface ChangesProps {
  readonly title: string;
  readonly onRename: (name: string) => void;
  readonly onRemove: () => void;
}

type Change = "none" | "rename" | "remove";

/** Renames and deletes the open one; the focus comes back to the button that it left. */
function Changes({ title, onRename, onRemove }: ChangesProps): React.JSX.Element {
  const [change, setChange] = useState<Change>("none");
  const [left, setLeft] = useState<Change>("none");
  const end = (): void => {
    setLeft(change);
    setChange("none");
  };
  if (change === "rename") return <RenameForm title={title} onRename={onRename} onEnd={end} />;
  if (change === "remove")
    return (
      <div className="conversation-changes" onKeyDown={onEscape(end)}>
        <button type="button" className="button small danger" autoFocus onClick={onRemove}>
          Delete it for good
        </button>
        <button type="button" className="button small" onClick={end}>
          Keep
        </button>
      </div>
    );
  return (
    <div className="conversation-changes">
      <button
        type="button"
        className="button small bare"
        autoFocus={left === "rename"}
        onClick={() => setChange("rename")}
      >
        Rename
      </button>
      <button
        type="button"
        className="button small bare"
        autoFocus={left === "remove"}
        onClick={() => setChange("remove")}
      >
        Delete
      </button>
    </div>
  );
}

interface RenameFormProps {
  readonly title: string;
  readonly onRename: (name: string) => void;
  readonly onEnd: () => void;
}

function RenameForm({ title, onRename, onEnd }: RenameFormProps): React.JSX.Element {
  const [name, setName] = useState(title);
  return (
    <form
      className="conversation-changes"
      onKeyDown={onEscape(onEnd)}
      onSubmit={(event) => {
        event.preventDefault();
        onRename(name);
        onEnd();
      }}
    >
      <input
        className="field"
        aria-label="Name of the conversation"
        autoFocus
        maxLength={100}
        value={name}
        onFocus={({ target }) => target.select()}
        onChange={({ target }) => setName(target.value)}
      />
      <button type="submit" className="button small">
        Rename
      </button>
    </form>
  );
}

/** Takes the key for itself: it stops no answer. */
function onEscape(end: () => void): (event: React.KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    end();
  };
}
