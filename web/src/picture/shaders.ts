/** What the graphics processor does: from levels to colours, in one pass. */

/** Levels lie with frequency across (u) and time down the texture (v), round and round. */
const COMMON = `#version 300 es
precision highp float;
uniform sampler2D u_levels;
uniform sampler2D u_colours;
uniform sampler2D u_preview;
uniform vec2 u_size;        // pixels
uniform vec2 u_texels;      // rows, columns of u_levels
uniform float u_head;       // right edge, in columns, modulo the length
uniform float u_newest;     // columns from the right edge to the middle of the newest
uniform float u_oldest;     // columns from the right edge back to the oldest
uniform float u_ago;        // columns
uniform float u_across;     // columns
uniform vec2 u_hz;          // lowest and highest shown: as rows 0..1, or in Hz
uniform vec2 u_range;       // log of the lowest row's frequency, and of highest over lowest
uniform bool u_linear;
uniform bool u_soft;
uniform vec3 u_drift;       // of the preview: strength, place in it, lengths of it per column
uniform float u_rise;       // rows 0..1 to the preview's
out vec4 colour;

// A cubic B-spline in four linear looks.
float smoothAt(vec2 at) {
  vec2 place = at * u_texels - 0.5;
  vec2 f = fract(place);
  vec2 base = place - f;
  vec2 f2 = f * f;
  vec2 f3 = f2 * f;
  vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0;
  vec2 w1 = (4.0 - 6.0 * f2 + 3.0 * f3) / 6.0;
  vec2 w3 = f3 / 6.0;
  vec2 w2 = 1.0 - w0 - w1 - w3;
  vec2 g0 = w0 + w1;
  vec2 g1 = w2 + w3;
  vec2 low = (base - 0.5 + w1 / g0) / u_texels;
  vec2 high = (base + 1.5 + w3 / g1) / u_texels;
  return g0.y * (g0.x * texture(u_levels, low).r + g1.x * texture(u_levels, vec2(high.x, low.y)).r)
       + g1.y * (g0.x * texture(u_levels, vec2(low.x, high.y)).r + g1.x * texture(u_levels, high).r);
}

bool soft = true;

float heard(float row, float back) {
  vec2 at = vec2(row, (u_head - max(back, -u_newest)) / u_texels.y);
  return soft && u_soft ? smoothAt(at) : texture(u_levels, at).r;
}

// Level 0..1 at a row (0..1) and so many columns before the right edge.
float level(float row, float back) {
  float there = 1.0 - smoothstep(u_oldest - 24.0, u_oldest, back);
  float found = there > 0.0 ? there * heard(row, back) : 0.0;
  if (u_drift.x > 0.0 && there < 1.0) {
    float before = texture(u_preview, vec2(row * u_rise, u_drift.y - back * u_drift.z)).r;
    found += (1.0 - there) * u_drift.x * before * step(row * u_rise, 1.0);
  }
  return found;
}

float rowAt(float height) {
  if (!u_linear) return mix(u_hz.x, u_hz.y, height);
  return (log(mix(u_hz.x, u_hz.y, height)) - u_range.x) / u_range.y;
}

vec3 paint(float found) {
  return texture(u_colours, vec2((clamp(found, 0.0, 1.0) * 255.0 + 0.5) / 256.0, 0.5)).rgb;
}
`;

const SCROLL = `${COMMON}
const int MOST = 4;

void main() {
  vec2 at = gl_FragCoord.xy / u_size;
  float row = rowAt(at.y);
  float rows = (rowAt(at.y + 0.5 / u_size.y) - rowAt(at.y - 0.5 / u_size.y)) * u_texels.x;
  float columns = u_across / u_size.x;
  float back = u_ago + (1.0 - at.x) * u_across;
  // Where several rows or columns fall into one pixel the strongest is seen.
  int up = clamp(int(ceil(rows / 1.5)), 1, MOST);
  int across = clamp(int(ceil(columns / 1.5)), 1, MOST);
  soft = up * across < 4;
  float found = 0.0;
  for (int i = 0; i < up; i++) {
    float beside = ((float(i) + 0.5) / float(up) - 0.5) * rows / u_texels.x;
    for (int j = 0; j < across; j++) {
      found = max(found, level(row + beside, back + ((float(j) + 0.5) / float(across) - 0.5) * columns));
    }
  }
  colour = vec4(paint(found), 1.0);
}`;

/** Now is the middle; sound runs outwards, low at the bottom, both sides alike. */
const RADIAL = `${COMMON}
void main() {
  vec2 at = (gl_FragCoord.xy - 0.5 * u_size) / (0.5 * length(u_size));
  float hole = 0.05;
  float radius = (length(at) - hole) / (1.0 - hole);
  float turn = abs(atan(at.x, -at.y)) / 3.14159265;
  float found = level(rowAt(turn), u_ago + max(radius, 0.0) * u_across);
  found *= smoothstep(-0.04, 0.01, radius) * (1.0 - 0.45 * smoothstep(0.2, 1.0, radius));
  colour = vec4(paint(found), 1.0);
}`;

/** Spectra one behind the other, the newest in front; each hides what is behind it. */
const RIDGES = `${COMMON}
uniform float u_lines;

float height(float across, float back, float peak) {
  float edge = smoothstep(0.0, 0.06, across) * smoothstep(1.0, 0.94, across);
  float found = level(rowAt(across), back);
  return peak * edge * found * found;
}

void main() {
  vec2 at = gl_FragCoord.xy;
  float across = (at.x / u_size.x - 0.08) / 0.84;
  float gap = u_size.y / (u_lines + 6.0);
  float peak = 6.0 * gap;
  float ground = 0.7 * gap;
  float each = u_across / u_lines;
  // Lines stay at their columns and move up as one.
  float phase = mod(u_head - u_ago, each) / each;
  vec3 seen = paint(0.0);
  if (across > 0.0 && across < 1.0) {
    float first = max(0.0, ceil((at.y - peak - ground) / gap - phase));
    float thin = max(1.2, u_size.y / 600.0);
    for (int k = 0; k < 9; k++) {
      float line = first + float(k);
      float base = ground + (line + phase) * gap;
      if (base > at.y + thin || line >= u_lines) break;
      float back = u_ago + (line + phase) * each;
      float top = base + height(across, back, peak);
      float slope = base + height(across + 1.5 / u_size.x, back, peak) - top;
      float off = (top - at.y) / sqrt(1.0 + slope * slope);
      if (off < -thin) continue;
      float depth = 1.0 - 0.75 * line / u_lines;
      float strength = clamp((top - base) / peak, 0.0, 1.0);
      vec3 body = paint(0.5 * depth * strength * clamp((at.y - base) / peak + 0.2, 0.0, 1.0));
      vec3 stroke = paint(mix(0.34, 1.0, sqrt(strength)) * depth);
      float cover = 1.0 - smoothstep(0.5 * thin, thin, abs(off));
      if (off < 0.0) {
        // Above the line: what is behind it shines through its edge.
        seen = mix(seen, stroke, cover);
        if (cover > 0.5) break;
        continue;
      }
      seen = mix(body, stroke, cover);
      break;
    }
  }
  colour = vec4(seen, 1.0);
}`;

export const FRAGMENTS = { scroll: SCROLL, radial: RADIAL, ridges: RIDGES };
