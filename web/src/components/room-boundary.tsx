import { Component, type PropsWithChildren } from "react";

interface State {
  readonly failed: boolean;
}

/** Catches what a room fails by, such as that its script is gone since the server was renewed: the other rooms stay. */
export class RoomBoundary extends Component<PropsWithChildren, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): React.ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="problem" role="alert">
        <p>This room could not be shown. The server may have been renewed since the page was loaded.</p>
        <button type="button" className="button small" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    );
  }
}
