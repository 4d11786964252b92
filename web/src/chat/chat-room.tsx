export function ChatRoom(): React.JSX.Element {
  return <h1>Chat</h1>;
}
