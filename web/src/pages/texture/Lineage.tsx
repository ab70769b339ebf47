import { useMemo, useRef } from "react";
import type { PlaceCard, SearchSound } from "../../generated/api";
import { Icon } from "../../kit/Icon";
import { TilePicture } from "../../kit/Thumb";
import { useDrawing } from "../../places/useDrawing";
import { usePlaceTile } from "../../places/usePlaceTile";
import { keyOf } from "../../query/lineage";
import { hear, show } from "../../query/search";
import { drawTree, type Node } from "../../query/tree";
import { HelpLink } from "../help/HelpLink";
import { useSaid } from "./said";

const STEP_X = 168;
const STEP_Y = 58;
const TILE_X = 22;

interface Props {
  bundle: string;
  places: readonly PlaceCard[];
  sounds: SearchSound[];
  shown: ReadonlySet<number>;
  heard: number | null;
}

const x = (node: Node) => TILE_X + node.column * STEP_X;
const y = (node: Node) => STEP_Y / 2 + node.row * STEP_Y;

/** Where sounds come from, as a tree of pictures; the wheel zooms it, a drag moves it. */
export function Lineage({ bundle, places, sounds, shown, heard }: Props) {
  const numbers = [...shown].join(",");
  // Drawn anew when the search or what is shown changes, not with every sound that is heard.
  const tree = useMemo(
    () => drawTree(sounds, new Set(numbers.split(",").filter(Boolean).map(Number))),
    [sounds, numbers],
  );
  const box = useRef<HTMLDivElement>(null);
  const size = { width: tree.columns * STEP_X, height: tree.rows * STEP_Y };
  const drawing = useDrawing(box, size, tree.columns > 1);
  // Beginnings alone have no lineage.
  if (tree.columns < 2) return null;
  return (
    <div className="lineage">
      <header className="panel-head">
        <h2>Lineage</h2>
        <HelpLink to="studio#texture" about="Lineage" />
        <button type="button" className="icon-button" aria-label="Fit the lineage" data-tip="Show all of it." onClick={drawing.fit}>
          <Icon sign="stage" />
        </button>
      </header>
      <div ref={box} className="lineage-box" role="group" aria-label="Lineage" {...drawing.pointers}>
        <div className="lineage-tree" style={{ ...size, transform: drawing.transform }}>
          <svg {...size} aria-hidden="true">
            {tree.edges.map(({ from, to }) => (
              <path
                key={`${from.sound.number} ${to.sound.number}`}
                d={`M${x(from)} ${y(from)}C${x(from) + STEP_X / 2} ${y(from)} ${x(to) - STEP_X / 2} ${y(to)} ${x(to)} ${y(to)}`}
              />
            ))}
          </svg>
          {tree.nodes.map((node) => (
            <Ancestor
              key={node.sound.number}
              bundle={bundle}
              places={places}
              sounds={sounds}
              node={node}
              shown={shown.has(node.sound.number)}
              heard={node.sound.number === heard}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface AncestorProps {
  bundle: string;
  places: readonly PlaceCard[];
  sounds: SearchSound[];
  node: Node;
  shown: boolean;
  heard: boolean;
}

function Ancestor({ bundle, places, sounds, node, shown, heard }: AncestorProps) {
  const { number, parents, opinion, place } = node.sound;
  const said = useSaid(bundle, places, sounds, node.sound);
  const tile = usePlaceTile(bundle, place.w ?? []);
  const from = parents.length > 0 ? `, child of ${parents.join(" and ")}` : "";
  return (
    <button
      type="button"
      className={`ancestor${shown ? " shown" : ""}${opinion < 0 ? " disliked" : ""}`}
      style={{ left: x(node) - TILE_X, top: y(node) }}
      aria-pressed={heard}
      aria-label={`Go to sound ${number}${from}`}
      onClick={() => {
        hear(node.sound);
        show(keyOf(parents));
      }}
    >
      <TilePicture tile={tile} />
      <span className="ancestor-said">
        {opinion > 0 && <Icon sign="loved" size={11} />}
        {said}
      </span>
    </button>
  );
}
