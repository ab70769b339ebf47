import { useEffect, useRef, useState } from "react";
import { dropSet, useDroppedSet } from "../app/dropped";
import { queries } from "../app/queries";
import { api, type SetPreset, type SetReport } from "../generated/api";
import { FileDrop } from "../kit/FileDrop";
import { SET_SUFFIX } from "../kit/set-name";
import { say } from "../play/store";
import { GreyPicture } from "../presets/Preview";
import { previewAt } from "../presets/preview";
import { brings, replacing } from "./words";
import "./sets.css";

interface Looked {
  upload: string;
  report: SetReport;
}

const worded = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A set is checked, shown, and taken only then. */
export default function OpenSet({ onClose }: { onClose: () => void }) {
  const { file, turn } = useDroppedSet();
  useEffect(() => () => dropSet(null), []);
  return (
    <div className="stack">
      <FileDrop label="Set" accept={SET_SUFFIX} chosen={file?.name ?? null} onFile={dropSet}>
        Drop a {SET_SUFFIX} here, or
      </FileDrop>
      {file && <Shown key={turn} file={file} onClose={onClose} />}
    </div>
  );
}

function Shown({ file, onClose }: { file: File; onClose: () => void }) {
  const [looked, setLooked] = useState<Looked | null>(null);
  const [refused, setRefused] = useState("");
  const [opening, setOpening] = useState(false);
  /** what lies at the server of it */
  const sent = useRef<string | null>(null);
  useEffect(() => {
    let wanted = true;
    const letGo = () => {
      if (sent.current) void api.removeUpload(sent.current).catch(() => undefined);
      sent.current = null;
    };
    const look = async () => {
      const { id } = await api.addUpload(file, { name: file.name });
      sent.current = id;
      if (!wanted) return letGo();
      const report = await api.lookIntoSet(id);
      if (wanted) setLooked({ upload: id, report });
    };
    look().catch((error: unknown) => wanted && setRefused(worded(error)));
    return () => {
      wanted = false;
      letGo();
    };
  }, [file]);

  const open = async ({ upload, report }: Looked) => {
    setOpening(true);
    setRefused("");
    try {
      await api.takeSet(upload, { replace: report.replaced.length > 0 });
      sent.current = null;
      await Promise.all(["presets", "models", "instruments"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      say("info", `${file.name} is open. Yours now: ${brings(report)}.`);
      onClose();
    } catch (error) {
      setRefused(worded(error));
      setOpening(false);
    }
  };
  return (
    <>
      {!looked && !refused && (
        <p className="soft" role="status">
          Looking into {file.name}…
        </p>
      )}
      {refused && <p role="alert">{refused}</p>}
      {looked && <Found looked={looked} opening={opening} onOpen={() => void open(looked)} onClose={onClose} />}
    </>
  );
}

interface FoundProps {
  looked: Looked;
  opening: boolean;
  onOpen: () => void;
  onClose: () => void;
}

function Found({ looked: { upload, report }, opening, onOpen, onClose }: FoundProps) {
  const what = brings(report);
  const replaces = report.replaced.length > 0;
  return (
    <>
      <p role="status">
        {what ? `It brings ${what}.` : "All of it is here already."}
        {what && report.here_already > 0 && ` ${report.here_already} more of it ${report.here_already === 1 ? "is" : "are"} here already.`}
      </p>
      {report.presets.length > 0 && (
        <ul className="set-presets" aria-label="Presets of the set">
          {report.presets.map((preset) => (
            <li key={`${preset.instrument}/${preset.name}`}>
              <Brought upload={upload} preset={preset} />
            </li>
          ))}
        </ul>
      )}
      {[...report.recipes.map((name) => `Recipe ${name}`), ...report.bundles.map((name) => `Model ${name}`)].map((line) => (
        <p key={line} className="set-line">{line}</p>
      ))}
      {report.notes.map((note) => (
        <p key={note} className="soft small">{note}</p>
      ))}
      {replaces && <p className="set-replaced">In the place of yours: {replacing(report.replaced)}.</p>}
      <div className="row">
        {what && (
          <button type="button" className={replaces ? "button bad" : "button main"} disabled={opening} onClick={onOpen}>
            {opening ? "Checking all of it…" : replaces ? "Open and replace" : "Open"}
          </button>
        )}
        <button type="button" className="button ghost" disabled={opening} onClick={onClose}>
          {what ? "Leave it" : "Close"}
        </button>
      </div>
    </>
  );
}

function Brought({ upload, preset }: { upload: string; preset: SetPreset }) {
  const [load] = useState(() => () => (preset.picture === null ? Promise.resolve(null) : previewAt(api.setPictureUrl(upload, preset.picture))));
  return (
    <>
      <GreyPicture load={load} className="set-picture" />
      <span className="set-name">
        <b>{preset.name}</b>
        <span className="soft small">
          {preset.instrument}
          {preset.line && `: ${preset.line}`}
        </span>
      </span>
      {preset.replaces && <span className="badge">replaces yours</span>}
    </>
  );
}
