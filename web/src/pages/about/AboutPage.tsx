import { useQuery } from "@tanstack/react-query";
import { queries } from "../../app/queries";
import { api, type About } from "../../generated/api";
import { Loading } from "../sheet/Loading";
import { Facts, Section, Sheet } from "../sheet/Sheet";
import { Usage } from "./Usage";
import "./about.css";

/** Versions, and whether everything that playing needs is there. */
export default function AboutPage() {
  const about = useQuery({ queryKey: ["about"], queryFn: ({ signal }) => api.getAbout(signal) });
  return (
    <Sheet
      title="About"
      line="Everything runs on the studio's machine; nothing leaves it."
      help="studio#about"
      rail={
        <>
          {about.data && <Versions about={about.data} />}
          <Usage />
        </>
      }
    >
      <Doctor />
    </Sheet>
  );
}

function Versions({ about }: { about: About }) {
  return (
    <Section title="Versions">
      {about.remote && <p role="status">Other machines can reach this studio.</p>}
      <Facts
        rows={[
          ["Latent Resonance", about.version],
          ["Licence", about.licence],
          ["Python", about.python],
          ["System", about.system],
          ["Folder", about.folder],
          ...Object.entries({ ...about.engines, ...about.packages }),
        ]}
      />
    </Section>
  );
}

function Doctor() {
  const doctor = useQuery({
    queryKey: ["doctor"],
    queryFn: ({ signal }) => api.getDoctor(signal),
    staleTime: Infinity,
  });
  return (
    <Section
      title="Check-up"
      busy={doctor.isFetching}
      action={
        <button
          type="button"
          className="button"
          disabled={doctor.isFetching}
          onClick={() => void queries.refetchQueries({ queryKey: ["doctor"] })}
        >
          Look again
        </button>
      }
    >
      {doctor.isFetching && <Loading what="the check-up" />}
      {doctor.error && <p role="alert">{doctor.error.message}</p>}
      {doctor.data && !doctor.isFetching && (
        <>
          <p>{doctor.data.healthy ? "Everything that playing needs is there." : "Something that playing needs is missing."}</p>
          <ul className="about-checks">
            {doctor.data.checks.map((check) => (
              <li key={check.what} className={check.good ? "good" : check.needed ? "bad" : "may"}>
                <b>
                  {check.good ? "✓" : check.needed ? "✕" : "–"} {check.what}
                </b>
                <span className="soft">{check.finding}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
