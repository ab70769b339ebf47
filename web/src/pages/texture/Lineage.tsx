import { useMemo } from "react";
import type { SearchSound } from "../../generated/api";
import { batchName, keyOf, type BatchKey } from "../../query/lineage";
import { hear, show } from "../../query/search";
import { drawTree, type Node } from "../../query/tree";

const STEP_X = 52;
const STEP_Y = 32;
const HALF = 14;

interface Props {
  sounds: SearchSound[];
  /** from the beginnings to the batch that is shown */
  way: BatchKey[];
  shown: SearchSound[];
  heard: SearchSound | null;
}

/** Where the sounds that are shown come from: as a path, and drawn with all other branches. */
export function Lineage({ sounds, way, shown, heard }: Props) {
  const numbers = new Set(shown.map(({ number }) => number));
  return (
    <>
      <nav aria-label="Way to these sounds" className="chips crumbs">
        {way.map((key, k) => (
          <button
            key={key}
            type="button"
            aria-current={k === way.length - 1 ? "step" : undefined}
            onClick={() => show(key)}
          >
            {batchName(key)}
          </button>
        ))}
      </nav>
      <Drawing sounds={sounds} shown={numbers} heard={heard?.number ?? null} />
    </>
  );
}

function Drawing({ sounds, shown, heard }: { sounds: SearchSound[]; shown: Set<number>; heard: number | null }) {
  const names = [...shown].join(",");
  // Drawn anew when the search or what is shown changes, not with every sound that is heard.
  const tree = useMemo(() => drawTree(sounds, new Set(names.split(",").filter(Boolean).map(Number))), [sounds, names]);
  // Beginnings alone have no lineage.
  if (tree.columns < 2) return null;
  const x = (node: Node) => HALF + node.column * STEP_X;
  const y = (node: Node) => HALF + node.row * STEP_Y;
  const width = Math.max(0, tree.columns - 1) * STEP_X + 2 * HALF;
  const height = Math.max(0, tree.rows - 1) * STEP_Y + 2 * HALF;
  return (
    // A large tree is scrolled by keys too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="tree-box" role="group" aria-label="Lineage" tabIndex={0}>
      <div className="tree" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {tree.edges.map(({ from, to }) => (
            <path
              key={`${from.sound.number} ${to.sound.number}`}
              d={`M${x(from)} ${y(from)}C${x(from) + STEP_X / 2} ${y(from)} ${x(to) - STEP_X / 2} ${y(to)} ${x(to)} ${y(to)}`}
            />
          ))}
        </svg>
        {tree.nodes.map((node) => {
          const { number, parents, opinion } = node.sound;
          const from = parents.length > 0 ? `, child of ${parents.join(" and ")}` : "";
          return (
            <button
              key={number}
              type="button"
              className={`tree-node${shown.has(number) ? " shown" : ""}${opinion > 0 ? " liked" : opinion < 0 ? " disliked" : ""}`}
              style={{ left: x(node), top: y(node) }}
              aria-pressed={number === heard}
              aria-label={`Go to sound ${number}${from}`}
              onClick={() => {
                hear(node.sound);
                show(keyOf(parents));
              }}
            >
              {number}
            </button>
          );
        })}
      </div>
    </div>
  );
}
