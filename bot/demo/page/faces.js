// A face for everybody: their initials on a piece of cloth in colours of their own.

function hash(text) {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ letter.codePointAt(0), 16777619) >>> 0;
  return value;
}

/** A picture for a name, as an address that needs no request. */
export function face(name) {
  const value = hash(name);
  const hue = value % 360;
  const warp = `hsl(${hue} 38% 36%)`;
  const weft = `hsl(${(hue + 25 + ((value >>> 9) % 30)) % 360} 42% 44%)`;
  const threads = [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3].map((column) => (row + column) % 2
    ? `<rect x="${column * 10}" y="${row * 10 + 1}" width="10" height="8" fill="${weft}"/>` : "")).join("");
  const initials = name.split(" ").map((word) => word[0]).filter((letter) => letter === letter.toUpperCase());
  const shown = `${initials[0] ?? ""}${initials.length > 1 ? initials.at(-1) : ""}`.replace(/[<&>]/g, "");
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${warp}"/>`
    + `${threads}<text x="20" y="25.5" fill="#fff" font-family="system-ui, sans-serif" font-size="15" font-weight="650"`
    + ` text-anchor="middle">${shown}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
