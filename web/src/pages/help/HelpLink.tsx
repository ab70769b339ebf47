import { Link } from "../../app/Link";
import { Icon } from "../../kit/Icon";
import "./help-link.css";

/**
 * A sign that leads to the docs.
 *
 * @param to page and heading, such as `studio#jobs`.
 * @param about what the docs tell of there, for the name of the link.
 */
export function HelpLink({ to, about }: { to: string; about: string }) {
  return (
    <Link href={`/help/${to}`} className="help-link" aria-label={`Help: ${about}`} data-tip={`Read about ${about.toLowerCase()}.`}>
      <Icon sign="help" size={16} />
    </Link>
  );
}
