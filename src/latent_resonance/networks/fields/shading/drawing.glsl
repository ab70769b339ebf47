// How a packet is drawn; the twin of draw.py, which says what each number means.
//
// One text for all dialects (text.py translates it): one statement and one declaration a line, no
// overloads, no ternaries, nothing assigned to parameters, numbers with a point.
//   //// name       begins a section
//   par(12)         row 12 of the packet's parameters
//   #waves f = f1(at)            features of the points `at`: f0, f1, ...
//   #layer a = leaky4(t1(f))     a layer over all of f (several: t3(g, t)): a0, a1, ...
//   #layer a = b * wave4(t1(f))  the same, times a float

//// functions
float wave1(float x, float jag) {
  float t = 1.0 - 4.0 * abs(x - floor(x + 0.5));
  return t * (1.0 + (1.0 - jag) * (1.0 - abs(t)));
}
vec2 wave2(vec2 x, float jag) {
  vec2 t = 1.0 - 4.0 * abs(x - floor(x + 0.5));
  return t * (1.0 + (1.0 - jag) * (1.0 - abs(t)));
}
vec4 wave4(vec4 x, float jag) {
  vec4 t = 1.0 - 4.0 * abs(x - floor(x + 0.5));
  return t * (1.0 + (1.0 - jag) * (1.0 - abs(t)));
}
vec4 leaky4(vec4 x, float unused) {
  return max(x, 0.2 * x);
}
vec2 modulo2(vec2 x) {
  return x - 251.0 * floor((x + 0.5) * (1.0 / 251.0));
}
vec2 cube(vec2 x) {
  vec2 y = modulo2(x);
  return modulo2(modulo2(y * y) * y);
}
float hash(float x) {
  float y = (17.0 * x + 1.0) * x;
  return y - 289.0 * floor((y + 0.5) * (1.0 / 289.0));
}
float cosine(float turns) {
  float value = wave1(turns, 0.0);
  return value * (0.775 + 0.225 * abs(value));
}
vec2 turned(vec2 x, vec2 by) {
  return vec2(by.x * x.x - by.y * x.y, by.y * x.x + by.x * x.y);
}
vec2 inField(vec2 pixel, vec4 camera, vec4 field) {
  vec2 v = turned(pixel, camera.xy);
  vec2 size = abs(v);
  float radius = sqrt(dot(v, v) + 1e-9);
  float steep = min(size.x, size.y) / (max(size.x, size.y) + 1e-9);
  float angle = steep * (0.785398 + (1.0 - steep) * (0.2447 + 0.0663 * steep));
  if (size.y > size.x) { angle = 1.570796 - angle; }
  if (v.x < 0.0) { angle = 3.141593 - angle; }
  angle = angle / (2.0 * camera.w);
  float fold = abs(angle - floor(angle + 0.5)) * (camera.w / 3.14159265);
  float petals = 1.0 + 0.3 * wave1(fold * (3.14159265 / camera.w), 0.0);
  float share = clamp(camera.z - radius * petals, 0.0, 1.0);
  vec2 mirrored = radius * vec2(cosine(fold), cosine(fold - 0.25));
  return turned(mix(v, mirrored, share), field.xy) + field.zw;
}
float away(vec2 d, vec4 shape) {
  vec2 size = abs(d);
  float radius = sqrt(dot(d, d) + 1e-9);
  float hexagon = max(0.866 * size.x + 0.5 * size.y, size.y);
  float star = 0.6 * (size.x + size.y + 1.2 * sqrt(size.x * size.y + 1e-6));
  float edged = shape.y * max(size.x, size.y) + shape.z * hexagon + shape.w * star;
  return radius + shape.x * (edged - radius);
}
float circled(vec2 at, vec4 centre, vec4 shape, float jag) {
  return wave1(away(at - centre.xy, shape) * centre.z + centre.w, jag);
}
float unlit(vec2 at, vec4 lamp, vec4 shape) {
  float far = away(at - lamp.xy, shape);
  float fall = 1.0 + far * far * lamp.z;
  return 1.0 - lamp.w / (fall * fall);
}
float inked(vec4 line, float spacing, float bend, float glow, float soft, vec2 at) {
  float place = dot(line.xy, at) + line.z + bend;
  float off = abs(place - floor(place + 0.5)) * spacing;
  float core = clamp(0.5 + (line.w - off) / soft, 0.0, 1.0);
  float far = off / (2.5 * line.w + 0.02);
  float around = 1.0 + far * far;
  return max(core, glow / (around * around));
}
float facet(float far, float number, float flow, float jag) {
  float value = number / 251.0 + floor(4.0 * (number / 251.0) - 1.5) * flow;
  float soft = far * far * (3.0 - 2.0 * far);
  return (soft + jag * (far - soft)) * wave1(value, 0.0);
}
float grained(vec2 at, vec2 bent, vec4 lattice, float jag) {
  vec2 v = lattice.y * (at + 0.06 * bent) + lattice.zw;
  v = vec2(v.x + 0.57735027 * v.y, 1.15470054 * v.y);
  vec2 low = floor(v);
  v = v - low;
  float most = max(v.x, v.y);
  float least = min(v.x, v.y);
  vec2 here = cube(low);
  vec2 next = cube(low + 1.0);
  vec2 between = vec2(here.x, next.y);
  if (v.x > v.y) { between = vec2(next.x, here.y); }
  vec2 ends = cube(vec2(here.x + here.y, next.x + next.y));
  float middle = cube(vec2(between.x + between.y, 0.0)).x;
  float total = facet(1.0 - most, ends.x, lattice.x, jag);
  total = total + facet(most - least, middle, lattice.x, jag);
  return total + facet(least, ends.y, lattice.x, jag);
}
vec3 toRgb(vec3 lab) {
  float l = lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z;
  float m = lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z;
  float s = lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z;
  vec3 cones = vec3(l * l * l, m * m * m, s * s * s);
  float r = dot(cones, vec3(4.0767416621, -3.3077115913, 0.2309699292));
  float g = dot(cones, vec3(-1.2684380046, 2.6097574011, -0.3413193965));
  float b = dot(cones, vec3(-0.0041960863, -0.7034186147, 1.7076147010));
  vec3 root = sqrt(clamp(vec3(r, g, b), vec3(1e-5), vec3(1.0)));
  vec3 fourth = sqrt(root);
  vec3 curve = 0.585122381 * root + 0.783140355 * fourth - 0.368262736 * sqrt(fourth);
  return clamp(curve, vec3(0.0), vec3(1.0));
}

//// trunk
// From a point of the field, vec2 at, to the channels T0, T1, ...
float jag = par(2).y;
#waves f = f1(at)
#layer a = leaky4(t1(f))
#layer t = wave4(t2(a))
#layer s = wp(t)
vec4 ones = vec4(1.0);
vec4 facets = 0.45 * vec4(dot(f0, ones), dot(f1, ones), dot(f2, ones), dot(f3, ones));
s0 = s0 + par(5).x * (facets - s0);
vec2 warped = at + par(2).x * s0.xy;
#waves g = f2(warped)
float quiet = 1.0 - 0.7 * par(5).x;
#layer o = quiet * wave4(t3(g, t))

//// head
// From vec2 at, the channels T0, T1, ... and the size of a pixel in the field, float pixel, to
// vec3 rgb.
float jag = par(2).y;
float soft = 1.5 * pixel + par(20).w;
vec2 warped = at + par(2).x * T0.xy;
vec4 one = par(17);
vec4 two = par(18);

// Cells: the nearest jittered centres of nine.
vec2 scaled = (at + par(3).y * T0.xy) * par(3).x;
vec2 corner = floor(scaled);
vec2 inside = scaled - corner;
vec2 v1 = vec2(0.0, 0.0);
vec2 v2 = vec2(0.0, 0.0);
float first = 9.0;
float second = 9.0;
float value = 0.0;
vec4 dance = par(29);
for (int i = -1; i <= 1; i++) {
  for (int j = -1; j <= 1; j++) {
    vec2 beside = vec2(float(i), float(j));
    vec2 tile = corner + beside;
    tile = tile - 16.0 * floor(tile / 16.0);
    float h1 = hash(hash(tile.x + 3.0) + tile.y);
    float u1 = h1 / 289.0;
    float u2 = hash(h1 + 7.0) / 289.0;
    float u3 = hash(h1 + 101.0) / 289.0;
    float turn = floor(4.0 * u3 - 1.5) * par(30).x;
    vec2 phase = vec2(u1 + dance.y * (u3 - 0.5) + turn, u2 + dance.z * (u1 - 0.5) + turn);
    vec2 v = 0.5 + dance.x * wave2(phase, 0.0) + beside - inside;
    float d = dot(v, v);
    if (d < first) {
      second = first;
      v2 = v1;
      first = d;
      v1 = v;
      value = 0.5 + 0.5 * wave1(u3 + dance.w * (u2 - 0.5), 0.0);
    } else if (d < second) {
      second = d;
      v2 = v;
    }
  }
}
vec2 apart = v2 - v1;
float border = 0.5 * (second - first) / sqrt(dot(apart, apart) + 1e-6);
float slope = -(v1.x * wave1(2.0 * value, 0.0) + v1.y * wave1(2.0 * value - 0.25, 0.0));
float nearest = sqrt(first);
float cell = 0.06 + par(28).x * value + par(28).y * (nearest - 0.3) + par(28).z * slope;

// Rings, waves from three points, bands, glows.
vec4 shape = par(5);
float rings = 0.5 + 0.48 * circled(warped, par(4), shape, jag);
float waves = circled(at, par(6), shape, jag) + circled(at, par(7), shape, jag);
waves = 0.5 + 0.21 * (waves + circled(at, par(8), shape, jag));
float dark = unlit(warped, par(9), shape) * unlit(warped, par(10), shape);
float glow = 1.0 - dark * unlit(warped, par(11), shape);
float bands = 0.5 + 0.48 * wave1(par(19).x * T0.z + par(19).y, jag);

// The network's own part.
vec4 drawn0 = 1.25 * vec4(one.z + one.w, one.z, one.w, one.z);
vec4 drawn1 = 1.25 * vec4(two.y, two.z, one.y, two.w);
vec4 x0 = (vec4(value, nearest, slope, border) * 2.0 - 1.0) * drawn0;
vec4 x1 = (vec4(rings, waves, bands, glow) * 2.0 - 1.0) * drawn1;
#layer h = wave4(h1(T, x))
#layer k = leaky4(h2(h))
#layer n = out(k)

// The ramp, and each colour's share.
float made = one.x * (0.5 + 0.45 * T0.w) + one.y * bands + (one.z + one.w) * cell;
made = made + two.x * (0.10 + 0.12 * T0.w) + two.y * rings + two.z * waves + two.w * glow;
float ramp = 5.0 * clamp(par(27).w * made + par(28).w, -0.1, 1.1);
float blur = 3.5 * par(27).w * pixel;
float firm = par(19).z / (1.0 + 2.0 * par(19).z * blur * blur);
vec4 offA = ramp - vec4(0.0, 1.0, 2.0, 3.0);
vec2 offB = ramp - vec2(4.0, 5.0);
vec4 shareA = par(19).w * n0 - firm * offA * offA;
vec2 shareB = par(19).w * n1.xy - firm * offB * offB;
float most = max(max(max(shareA.x, shareA.y), max(shareA.z, shareA.w)), max(shareB.x, shareB.y));
shareA = exp(shareA - most);
shareB = exp(shareB - most);
vec3 lab = shareA.x * par(21).xyz + shareA.y * par(22).xyz + shareA.z * par(23).xyz;
lab = lab + shareA.w * par(24).xyz + shareB.x * par(25).xyz + shareB.y * par(26).xyz;
float whole = dot(shareA, vec4(1.0)) + shareB.x + shareB.y;
shareA = shareA / whole;
shareB = shareB / whole;
lab = lab / whole;
float dull = sqrt(dot(lab.yz, lab.yz) + 1e-6);
float colourful = dot(shareA, vec4(par(21).w, par(22).w, par(23).w, par(24).w));
colourful = colourful + dot(shareB, vec2(par(25).w, par(26).w));
float gain = clamp(colourful / dull, 1.0, 1.5);
lab = lab * vec3(1.0, gain, gain);
float seam = clamp(2.0 - 2.0 * (dot(shareA, shareA) + dot(shareB, shareB)), 0.0, 1.0);
lab = lab + par(2).z * seam * (par(27).xyz - lab);
float grain = grained(at, T1.xy, par(30), jag);
lab = lab * (1.0 + par(2).w * (0.5 * grain + 0.2 * clamp(n1.w, -2.0, 2.0)));

// Lines, and the ink between cells.
float line0 = inked(par(12), par(16).x, par(20).x * T0.x, par(20).z, soft, at);
lab = lab + par(20).y * line0 * (par(26).xyz - lab);
float line1 = inked(par(13), par(16).y, par(20).x * T0.y, par(20).z, soft, at);
lab = lab + par(20).y * line1 * (par(24).xyz - lab);
float line2 = inked(par(14), par(16).z, par(20).x * T0.z, par(20).z, soft, at);
lab = lab + par(20).y * line2 * (par(25).xyz - lab);
float line3 = inked(par(15), par(16).w, par(20).x * T0.w, par(20).z, soft, at);
lab = lab + par(20).y * line3 * (par(23).xyz - lab);
float ink = par(3).w * clamp(0.5 - (border - par(3).z) / par(3).x / soft, 0.0, 1.0);
lab = lab + ink * (par(27).xyz - lab);
vec3 rgb = toRgb(lab);
