import { useQuery } from "@tanstack/react-query";
import { queries } from "../../app/queries";
import { api, type About } from "../../generated/api";
import { Usage } from "./Usage";
import "./about.css";

/** Versions, and whether everything that playing needs is there. */
export default function AboutPage() {
  const about = useQuery({ queryKey: ["about"], queryFn: ({ signal }) => api.getAbout(signal) });
  return (
    <>
      <div className="stage-head">
        <h1>About</h1>
        <p className="soft">Everything runs on the studio&apos;s machine; nothing leaves it.</p>
      </div>
      <div className="about">
        <Doctor />
        {about.data && <Versions about={about.data} />}
        <Usage />
      </div>
    </>
  );
}

function Versions({ about }: { about: About }) {
  const rows: [string, string][] = [
    ["Latent Resonance", about.version],
    ["Licence", about.licence],
    ["Python", about.python],
    ["System", about.system],
    ["Folder", about.folder],
    ...Object.entries({ ...about.engines, ...about.packages }),
  ];
  return (
    <section className="card stack" aria-label="Versions">
      <h2>Versions</h2>
      {about.remote && <p role="status">Other machines can reach this studio.</p>}
      <dl className="about-facts">
        {rows.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Doctor() {
  const doctor = useQuery({
    queryKey: ["doctor"],
    queryFn: ({ signal }) => api.getDoctor(signal),
    staleTime: Infinity,
  });
  return (
    <section className="card stack" aria-label="Check-up" aria-busy={doctor.isFetching}>
      <div className="row">
        <h2>Check-up</h2>
        <button
          type="button"
          disabled={doctor.isFetching}
          onClick={() => void queries.refetchQueries({ queryKey: ["doctor"] })}
        >
          Again
        </button>
      </div>
      {doctor.isFetching && <p className="soft">Looking at every part; this takes some seconds…</p>}
      {doctor.error && <p role="alert">{doctor.error.message}</p>}
      {doctor.data && !doctor.isFetching && (
        <>
          <p>{doctor.data.healthy ? "Everything that playing needs is there." : "Something that playing needs is missing."}</p>
          <ul className="checks">
            {doctor.data.checks.map((check) => (
              <li key={check.what} className={check.good ? "good" : check.needed ? "bad" : "may"}>
                <b>
                  {check.good ? "✓" : check.needed ? "✕" : "–"} {check.what}
                </b>
                <span className="soft small">{check.finding}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
