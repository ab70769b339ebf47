import { useEffect, useState } from "react";
import { useAddress } from "../app/address";
import { showOverlay } from "../app/overlay";
import { Link } from "../app/Link";
import { shortcuts } from "../app/shortcuts";
import { lettersPlay } from "../app/letters";
import { Dialog } from "../kit/Dialog";
import { useHelp } from "../pages/help/useHelp";
import { usePlay } from "../play/store";
import "./keys.css";

/** All keys, where to read on, and the tour. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const page = usePlay((state) => state.details?.page);
  const read = useHelp()?.pages.filter(({ name }) => name === page || name === "studio") ?? [];
  const address = useAddress();
  const [from] = useState(address);
  useEffect(() => {
    if (address !== from) onClose();
  }, [address, from, onClose]);
  return (
    <Dialog title="Keys and help" className="keys-dialog" onClose={onClose}>
      <dl className="keys-list">
        {shortcuts().map(({ keys, does }) => (
          <div key={does}>
            <dt>{does}</dt>
            <dd>
              <Keys of={keys} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="soft keys-note">
        {lettersPlay() ? "Letters play notes on this page: hold Alt for the keys above. " : ""}
        On a slider: arrows 1 %, with Shift 0.1 %, Page up and down 10 %, Delete resets, Enter types a value.
      </p>
      <div className="row keys-more">
        <button type="button" className="button main" onClick={() => showOverlay("tour")}>
          Take the tour
        </button>
        {read.map(({ name, title }) => (
          <Link key={name} href={`/help/${name}`}>
            {title}
          </Link>
        ))}
        <Link href="/help">All help</Link>
      </div>
    </Dialog>
  );
}

function Keys({ of }: { of: string }) {
  return of.split(" ").map((key, k) => (["to", "or"].includes(key) ? <span key={k}> {key} </span> : <kbd key={k}>{key}</kbd>));
}
