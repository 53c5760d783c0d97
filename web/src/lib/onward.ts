/** Where to go after signing in: an address of this site, never of another. */
export function onward(search: string): string {
  const wanted = new URLSearchParams(search).get("puis") ?? "";
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/travail";
}
