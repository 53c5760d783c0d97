import { useEffect, useState } from "preact/hooks";
import { useSpeech, type Tongue } from "../i18n/index.ts";

/** How long there is until an instant, in the largest units that say it. */
export function remaining(until: number, now: number, tongue: Tongue): string {
  const seconds = Math.floor((until - now) / 1000);
  if (seconds <= 0) return tongue === "fr" ? "fermé" : "closed";
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const [day, hour, minute] = tongue === "fr" ? ["j", "h", "min"] : ["d", "h", "min"];
  if (days >= 3) return tongue === "fr" ? `${days} jours` : `${days} days`;
  if (days > 0) return `${days} ${day} ${hours} ${hour}`;
  if (hours > 0) return `${hours} ${hour} ${minutes} ${minute}`;
  return `${minutes} ${minute} ${seconds % 60} s`;
}

/** The last minute at which one may still file: what closes at midnight closes at 23:59 of the day before. */
export const lastMinute = (closesAt: string): string => new Date(new Date(closesAt).getTime() - 60_000).toISOString();

/** Counts down to an instant. */
export function Countdown({ until }: { until: string }) {
  const { tongue, instant } = useSpeech();
  const end = new Date(until).getTime();
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const left = end - now;
    if (left <= 0) return undefined;
    const timer = setTimeout(() => set(Date.now()), left < 3_600_000 ? 1000 : 30_000);
    return () => clearTimeout(timer);
  }, [now, end]);
  const soon = end - now < 14 * 86_400_000;
  return (
    <p class={`countdown${soon ? " soon" : ""}`}>
      <strong>{remaining(end, now, tongue)}</strong>
      <time dateTime={until}>{instant(lastMinute(until))}</time>
    </p>
  );
}
