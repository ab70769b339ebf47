import { Component, type ReactNode } from "react";

/** What breaks takes only itself along, not all that is shown: the sound goes on, and other pages open. */
export class Guard extends Component<{ children: ReactNode }, { broken: string | null }> {
  override state = { broken: null };

  static getDerivedStateFromError(error: unknown): { broken: string } {
    return { broken: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.broken === null) return this.props.children;
    return (
      <p role="alert" className="page-word">
        This did not work: {this.state.broken}{" "}
        <button type="button" className="button" onClick={() => location.reload()}>
          Load the page anew
        </button>
      </p>
    );
  }
}
