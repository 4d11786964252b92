import { lazy, Suspense, useEffect, useRef } from "react";
import { CompareRoom } from "./compare/compare-room.tsx";
import { Link } from "./components/link.tsx";
import { RoomBoundary } from "./components/room-boundary.tsx";
import { ThemeChoice } from "./components/theme-choice.tsx";
import iconUrl from "./icon.svg";
import { ForgetKey } from "./key/forget-key.tsx";
import { KeyDialog } from "./key/key-dialog.tsx";
import { useKeyNeed } from "./key/key-need.ts";
import { roomAt, rooms, type RoomPath } from "./rooms.ts";
import { usePath } from "./use-path.ts";

const ChatRoom = lazy(() => import("./chat/chat-room.tsx").then(({ ChatRoom }) => ({ default: ChatRoom })));
const SearchRoom = lazy(() => import("./search/search-room.tsx").then(({ SearchRoom }) => ({ default: SearchRoom })));

const contents: Readonly<Record<RoomPath, () => React.JSX.Element>> = {
  "/": () => <CompareRoom />,
  "/chat": () => <ChatRoom />,
  "/search": () => <SearchRoom />,
};

/** The shell around the rooms. */
export function App(): React.JSX.Element {
  const room = roomAt(usePath());
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${room.name} · Triptych`;
  }, [room]);
  return (
    <div className="shell">
      <a className="skip button" href="#room" onClick={() => main.current?.focus()}>
        Skip to the content
      </a>
      <Header path={room.path} />
      <main id="room" className="room" tabIndex={-1} ref={main} key={room.path}>
        <RoomBoundary>
          <Suspense fallback={<p className="soft">One moment …</p>}>{contents[room.path]()}</Suspense>
        </RoomBoundary>
      </main>
      {useKeyNeed() && <KeyDialog />}
    </div>
  );
}

function Header({ path }: { readonly path: RoomPath }): React.JSX.Element {
  return (
    <header className="top">
      <Link className="name" to="/">
        <img src={iconUrl} alt="" width={24} height={24} />
        Triptych
      </Link>
      <nav aria-label="Rooms">
        <ul>
          {rooms.map((room) => (
            <li key={room.path}>
              <Link to={room.path} aria-current={room.path === path ? "page" : undefined}>
                {room.name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="aside">
        <ForgetKey />
        <a href="/graphql">GraphiQL</a>
        <ThemeChoice />
      </div>
    </header>
  );
}
