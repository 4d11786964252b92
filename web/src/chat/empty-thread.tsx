import { useQuery } from "urql";
import { GalleryDocument } from "../graph/generated/graphql.ts";
import type { Picture } from "../picture/picture.ts";
import { PictureView } from "../picture/picture-view.tsx";
import type { Question } from "./conversation.ts";

const prompts = ["What is in the picture?", "Describe the picture.", "What colour is the background?"] as const;

/** What can be done here, and something to begin with. */
export function EmptyThread({ onAsk }: { readonly onAsk: (question: Question) => void }): React.JSX.Element {
  const picture = useExample();
  return (
    <div className="empty">
      <h2>Talk about pictures</h2>
      <p className="soft">
        Add one or several pictures and ask; then ask on. The answer comes word by word, and goes on where it was if the
        page is loaded anew or the connection breaks.
      </p>
      {picture && (
        <div className="empty-example">
          <PictureView picture={picture} />
          <ul aria-label="Example questions">
            {prompts.map((text) => (
              <li key={text}>
                <button type="button" className="button" onClick={() => onAsk({ text, pictures: [picture] })}>
                  {text}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** A picture of the gallery of which something is known. */
function useExample(): Picture | undefined {
  const [{ data }] = useQuery({ query: GalleryDocument, variables: { first: 24 } });
  const nodes = data?.images.edges.map(({ node }) => node) ?? [];
  const found = nodes.find(({ caption }) => caption) ?? nodes[0];
  return found && { kind: "gallery", id: found.id, url: found.thumbnail, caption: found.caption ?? "" };
}
