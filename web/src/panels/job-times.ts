/** How long long work took and takes, in words. */

/** "about 40 s left"; empty while nobody knows. */
export function leftInWords(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 5) return "a few seconds left";
  if (seconds < 20) return `about ${Math.round(seconds)} s left`;
  if (seconds < 57.5) return `about ${5 * Math.round(seconds / 5)} s left`;
  if (seconds < 3570) return `about ${Math.max(1, Math.round(seconds / 60))} min left`;
  const hours = Math.round(seconds / 1800) / 2;
  return `about ${hours} h left`;
}

/** "12 s", "3 min 20 s", "1 h 5 min" */
export function spanInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}
