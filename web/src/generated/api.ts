// Written by npm run generate from openapi.json.
import { address, request } from "../app/request";
export { ApiError } from "../app/request";

export type Movement = LfoMovement | HandMovement | SourceMovement;
export type ListInstrumentsAnswer = InstrumentCard[];
export type AddChildrenAnswer = SearchSound[];
export type ListPresetsAnswer = Preset[];
export type ListTakesAnswer = Take[];
export type GetPatchOfUploadAnswer = Patch | null;
export type ListUploadsAnswer = Upload[];
export type ListModelsAnswer = ModelCard[];
export type FindInModelAnswer = FoundPlace[];
export type ListVoiceTakesAnswer = VoiceTake[];
export type GetPaintingAnswer = Painting | null;
export type ListVoicesAnswer = KnownVoiceCard[];
export type ListJobsAnswer = Job[];
export type StartJobBody =
  RenderJob | FilmJob | FinishJob | TrainJob | PrepareJob | ImportJob | MoodJob | ShareJob;
export type ListTrainingRecipesAnswer = RecipeCard[];
export type ListJobRequirementsAnswer = Requirement[];
export type ListUsageAnswer = UsageCount[];

/**
 * Who and what this is.
 */
export interface About {
  version: string;
  python: string;
  system: string;
  licence: string;
  packages: {
    [k: string]: string;
  };
  engines: {
    [k: string]: string;
  };
  folder: string;
  remote: boolean;
}
/**
 * A move along one axis of SeFa or PCA.
 */
export interface AxisMove {
  group: string;
  number: number;
  value: number;
}
/**
 * A place or a seed to begin with.
 */
export interface Beginning {
  place?: PlaceInput | null;
  seed?: number;
  note?: string;
}
/**
 * A place of the latent space: by its numbers, or as a blend of named places.
 */
export interface PlaceInput {
  /**
   * the place itself [latent_size]
   */
  w?: number[] | null;
  /**
   * named places and their shares; used when w is not given
   */
  weights?: {
    [k: string]: number;
  };
}
/**
 * One thing that was looked at.
 */
export interface Check {
  what: string;
  good: boolean;
  needed: boolean;
  finding: string;
}
/**
 * Variations of some sounds, or of all that is liked when none is named.
 */
export interface ChildrenRequest {
  parents?: number[];
  count?: number;
  /**
   * how close to them
   */
  strength?: number;
}
/**
 * A place beside others, such as a child beside its parents.
 */
export interface Comparison {
  place: PlaceInput;
  /**
   * none: the named place that is nearest
   */
  others?: PlaceInput[];
}
/**
 * A slider, meter, MIDI target.
 */
export interface ControlCard {
  name: string;
  low: number;
  high: number;
  rest: number;
  unit: string;
  description: string;
  /**
   * sensed: a performer's signal; meaning: a slider with a name that says what it does; axis: a direction without one; place: how much of a named place; sound: all else
   */
  group: "sensed" | "meaning" | "axis" | "place" | "sound";
}
/**
 * What the server's machine has; cameras and MIDI ports of the page are the browser's.
 */
export interface Devices {
  speakers: string[];
  engines: string[];
  devices: {
    [k: string]: string[];
  };
}
/**
 * How a place sounds beside others.
 */
export interface Difference {
  /**
   * such as brighter, shorter; none where nothing is heard
   */
  words: string[];
  /**
   * the named place that is nearest; empty where none has a name
   */
  nearest: string;
}
/**
 * Whether everything that playing needs is there.
 */
export interface Doctor {
  healthy: boolean;
  checks: Check[];
}
/**
 * How a page draws the pictures of a coordinate network: a fold, then WebGL2 (GLSL ES 3.00).
 */
export interface Drawing {
  latent_size: number;
  /**
   * in the packet that the fold makes of w
   */
  numbers: number;
  /**
   * vec4s of each uniform block, Block0 and on; filled so
   */
  blocks: number[];
  /**
   * targets of the first pass, S0 and on of the second
   */
  channels: number;
  /**
   * pixels of the second pass along one of the first
   */
  coarse: number;
  /**
   * fragment shader of the first pass; size: of the whole picture
   */
  trunk: string;
  /**
   * fragment shader of the second pass
   */
  head: string;
  /**
   * both in one, for few targets or none of floats; slower
   */
  single: string;
}
/**
 * A sound to begin with; it counts as liked.
 */
export interface Example {
  upload: string;
}
/**
 * What was found in a model file.
 */
export interface FileReport {
  /**
   * whether it can be imported, as far as can be seen
   */
  good: boolean;
  /**
   * what it is, or what is wrong with it
   */
  line: string;
  /**
   * that it gives itself; empty where it has none
   */
  name: string;
  /**
   * as it tells, or empty
   */
  licence: string;
  /**
   * pictures of one channel: they may be spectrograms
   */
  asks_codec: boolean;
  /**
   * in it, and not taken: by name
   */
  ignored: string[];
}
/**
 * A take of an instrument of pictures as an MP4, its pictures drawn anew.
 */
export interface FilmJob {
  kind: "film";
  take: string;
  /**
   * in pixels
   */
  height?: number;
}
/**
 * A take as a finished file: loudness, fades, bits, another format.
 */
export interface FinishJob {
  kind: "finish";
  take: string;
  format?: "wav" | "flac" | "ogg" | "opus" | "mp3";
  mastering?: Mastering;
}
/**
 * How a file is finished; as it is, a sound stays as it was played.
 *
 * Attributes:
 *     loudness: target in LUFS (ITU-R BS.1770-4), -60 to -6; true peaks are then held under
 *         -1 dBTP, of .ogg, .opus and .mp3 as they are unpacked.
 *     fade_in: seconds, 0 to 600.
 *     fade_out: likewise.
 *     bits: 16 or 24, of .wav and .flac; 24 when None.
 *     dither: of 16 bits.
 *
 * Raises:
 *     InputError: a value is out of range.
 */
export interface Mastering {
  loudness?: number | null;
  fade_in?: number;
  fade_out?: number;
  bits?: number | null;
  dither?: boolean;
}
/**
 * Places whose pictures fit the words.
 */
export interface FoundMoods {
  /**
   * the best first, each of another look
   */
  places: Place[];
  /**
   * how well each fits: 0 is usual, 2 is good
   */
  fits: number[];
  /**
   * words and phrases that say something to the model
   */
  understood: string[];
  /**
   * words that say nothing to it, and a word to try in its place or none
   */
  unknown: {
    [k: string]: string;
  };
}
/**
 * A place of the latent space: by its numbers, or as a blend of named places.
 */
export interface Place {
  /**
   * the place itself [latent_size]
   */
  w: number[] | null;
  /**
   * named places and their shares; used when w is not given
   */
  weights: {
    [k: string]: number;
  };
}
/**
 * A place, and why it was found.
 */
export interface FoundPlace {
  /**
   * as patches and blends call it
   */
  name: string;
  title: string;
  /**
   * the heading it stands under
   */
  group: string;
  /**
   * such as: bright, metal
   */
  reason: string;
  score: number;
}
/**
 * A path that was recorded by hand, repeated.
 */
export interface HandMovement {
  /**
   * share of the control's whole range; added to its set value
   */
  depth?: number;
  /**
   * length of a cycle in quarter notes
   */
  beats?: number | null;
  /**
   * length of a cycle, whatever the tempo
   */
  seconds?: number | null;
  kind: "hand";
  /**
   * evenly spaced over a cycle
   */
  points: number[];
}
/**
 * A network pickle as a bundle, or a bundle of somebody else's: checked, then kept.
 */
export interface ImportJob {
  kind: "import";
  upload: string;
  /**
   * of the bundle
   */
  name: string;
  licence?: string;
  /**
   * who made it
   */
  source?: string;
  /**
   * the pictures are spectrograms of sound
   */
  sample_rate?: number | null;
  n_fft?: number;
  hop?: number;
  rows?: "highest-first" | "lowest-first";
  scale?: "linear" | "mel";
  /**
   * weights of 16 bits
   */
  halve?: boolean;
}
/**
 * An instrument in the list.
 */
export interface InstrumentCard {
  name: string;
  page: "face" | "texture" | "notes" | "vision" | "voice" | "chain";
  title: string;
  description: string;
  /**
   * the model it plays when no other is chosen
   */
  bundle: string;
  available: boolean;
  /**
   * what to do when it is not available
   */
  missing: string;
  /**
   * whether it makes pictures of a sound, not sound
   */
  pictures: boolean;
  /**
   * the player's own, not one that ships
   */
  own: boolean;
}
/**
 * An instrument with one of its bundles.
 */
export interface InstrumentDetails {
  name: string;
  page: "face" | "texture" | "notes" | "vision" | "voice" | "chain";
  title: string;
  description: string;
  /**
   * the model it plays when no other is chosen
   */
  bundle: string;
  available: boolean;
  /**
   * what to do when it is not available
   */
  missing: string;
  /**
   * whether it makes pictures of a sound, not sound
   */
  pictures: boolean;
  /**
   * the player's own, not one that ships
   */
  own: boolean;
  controls: ControlCard[];
  /**
   * name of a choice to what can be chosen
   */
  choices: {
    [k: string]: string[];
  };
  /**
   * named places of the model, for blends
   */
  places: PlaceCard[];
  /**
   * names of the places to offer first
   */
  popular: string[];
  latent_size: number;
  /**
   * whether it plays MIDI messages
   */
  midi: boolean;
  /**
   * models that fit it
   */
  bundles: string[];
  /**
   * what moves a control before a patch says more
   */
  map: {
    [k: string]: MapEntry;
  };
  /**
   * what can move a control, by the sensor that the page stands in for
   */
  senses: {
    [k: string]: ControlCard[];
  };
}
/**
 * A named place.
 */
export interface PlaceCard {
  /**
   * as patches and blends call it
   */
  name: string;
  title: string;
  /**
   * the heading it stands under
   */
  group: string;
}
/**
 * One line of a ``[map]`` table; a plain string is a source of the same range.
 */
export interface MapEntry {
  from: string[];
  in?: [number, number] | null;
  low?: number | null;
  high?: number | null;
  curve?: "linear" | "ease" | "exponential" | "steps" | "scale";
  mode?: "sum" | "max";
  gate?: number;
  smooth_seconds?: number;
  steps?: number;
  scale?: string;
}
/**
 * Long work.
 */
export interface Job {
  id: string;
  kind: "render" | "film" | "train" | "prepare" | "import" | "share" | "finish" | "mood";
  /**
   * as it was asked for
   */
  request: {
    [k: string]: unknown;
  };
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | "interrupted";
  /**
   * 0..1
   */
  done: number;
  /**
   * where it stands, or why it failed
   */
  message: string;
  /**
   * its report
   */
  result: {
    [k: string]: unknown;
  };
  /**
   * names of what can be fetched
   */
  files: string[];
  created: number;
  /**
   * when it left the queue
   */
  started: number | null;
  ended: number | null;
  /**
   * a guess, from how quickly it goes on; null while nobody knows
   */
  seconds_left: number | null;
  /**
   * id of the job that runs first; null where it waits for none
   */
  waits_for: string | null;
}
/**
 * A voice that later takes are compared with.
 */
export interface KnownVoiceCard {
  name: string;
  /**
   * recordings that it was made of
   */
  clips: number;
  /**
   * false: damaged, or of an older version
   */
  usable: boolean;
}
/**
 * Places laid out for a plane of 1040 x 455 pixels; tiles of 66 x 60 do not overlap.
 *
 * A point between places is a blend of the nearest three.
 */
export interface LatentMap {
  points: MapPoint[];
  groups: MapGroup[];
  /**
   * of the tiles; below 1 where there are too many: zoom in
   */
  scale: number;
}
/**
 * A named place on the map.
 */
export interface MapPoint {
  /**
   * as patches and blends call it
   */
  name: string;
  title: string;
  /**
   * the heading it stands under
   */
  group: string;
  /**
   * of its middle, from the left
   */
  x: number;
  /**
   * of its middle, from the top
   */
  y: number;
}
/**
 * A heading on the map.
 */
export interface MapGroup {
  title: string;
  /**
   * of its left edge, from the left
   */
  x: number;
  /**
   * of its middle, from the top
   */
  y: number;
}
/**
 * A wave in -1..1.
 */
export interface LfoMovement {
  /**
   * share of the control's whole range; added to its set value
   */
  depth?: number;
  /**
   * length of a cycle in quarter notes
   */
  beats?: number | null;
  /**
   * length of a cycle, whatever the tempo
   */
  seconds?: number | null;
  kind: "lfo";
  shape?: "sine" | "triangle" | "saw" | "square" | "random";
  /**
   * where in its cycle it begins
   */
  phase?: number;
}
/**
 * A bundle in the list.
 */
export interface ModelCard {
  name: string;
  kind: string;
  family: string;
  latent_size: number;
  description: string;
  licence: string;
  places: number;
  /**
   * the player's own, not one that ships
   */
  removable: boolean;
  /**
   * whether it carries a sound to listen to
   */
  preview: boolean;
  /**
   * what is wrong with it, if something is
   */
  broken: string;
}
/**
 * A bundle and all that it tells of itself.
 */
export interface ModelDetails {
  name: string;
  kind: string;
  family: string;
  latent_size: number;
  description: string;
  licence: string;
  places: number;
  /**
   * the player's own, not one that ships
   */
  removable: boolean;
  /**
   * whether it carries a sound to listen to
   */
  preview: boolean;
  /**
   * what is wrong with it, if something is
   */
  broken: string;
  facts: {
    [k: string]: unknown;
  };
  bytes: number;
  good: boolean;
  /**
   * that play it, the best fitting first
   */
  instruments: string[];
}
/**
 * A model of pictures with one more mood, found by words; the model itself stays as it is.
 */
export interface MoodJob {
  kind: "mood";
  /**
   * by name
   */
  bundle: string;
  prompt: string;
  /**
   * of the new bundle
   */
  name: string;
}
/**
 * Words for a mood.
 */
export interface MoodQuery {
  prompt: string;
  /**
   * search for some seconds; one place then
   */
  better?: boolean;
}
/**
 * What is sensed, such as a mouth or a level.
 */
export interface SourceMovement {
  /**
   * share of the control's whole range; added to its set value
   */
  depth?: number;
  kind: "source";
  /**
   * a sensed control
   */
  source: string;
}
/**
 * What a recipe is to be called.
 */
export interface NewName {
  /**
   * 1 to 60 letters, digits, _ and -
   */
  name: string;
}
/**
 * What a page sends: a patch, and where it holds a morph, the other one and how far.
 */
export interface NewPreset {
  name: string;
  tags?: string[];
  line?: string;
  patch: PatchInput;
  /**
   * of the same instrument
   */
  other?: PatchInput | null;
  /**
   * 0 the patch, 1 the other
   */
  morph?: number;
  phrase?: PhraseInput | null;
}
/**
 * What makes a sound again.
 */
export interface PatchInput {
  /**
   * such as face, texture, notes
   */
  instrument: string;
  /**
   * another model than the instrument's own
   */
  bundle?: string | null;
  seed?: number;
  controls?: {
    [k: string]: number;
  };
  /**
   * such as instrument: cello
   */
  choices?: {
    [k: string]: string;
  };
  place?: PlaceInput | null;
  /**
   * what moves a control beside the instrument's own lines, or in their place; null: nothing does
   */
  map?: {
    [k: string]: MapEntry | null;
  };
  /**
   * what moves a control around its value
   */
  moves?: {
    [k: string]: Movement;
  };
  tempo?: number;
}
/**
 * A few notes that a page plays around and around, at the patch's tempo, until a key is hit.
 */
export interface PhraseInput {
  notes: PhraseNoteInput[];
  /**
   * length of one time around
   */
  beats: number;
}
/**
 * A note of a phrase.
 */
export interface PhraseNoteInput {
  /**
   * MIDI number
   */
  note: number;
  velocity?: number;
  /**
   * in beats
   */
  start: number;
  /**
   * how long the key is down
   */
  beats: number;
}
/**
 * A patch that is to be an instrument.
 */
export interface NewRecipe {
  /**
   * of the recipe
   */
  name: string;
  patch: PatchInput;
}
/**
 * A voice that is to be known.
 */
export interface NewVoice {
  /**
   * a-z, A-Z, 0-9, - and _
   */
  name: string;
  /**
   * several are better
   */
  takes: string[];
  replace?: boolean;
}
/**
 * What the player thinks of a sound.
 */
export interface Opinion {
  opinion: number;
}
/**
 * How far a picture is.
 */
export interface Painting {
  state: "waiting" | "painting" | "done" | "cancelled" | "failed";
  /**
   * steps
   */
  done: number;
  of: number;
  /**
   * of one that failed: one line
   */
  why: string;
}
/**
 * What makes a sound again.
 */
export interface Patch {
  /**
   * such as face, texture, notes
   */
  instrument: string;
  /**
   * another model than the instrument's own
   */
  bundle: string | null;
  seed: number;
  controls: {
    [k: string]: number;
  };
  /**
   * such as instrument: cello
   */
  choices: {
    [k: string]: string;
  };
  place: Place | null;
  /**
   * what moves a control beside the instrument's own lines, or in their place; null: nothing does
   */
  map: {
    [k: string]: MapEntry | null;
  };
  /**
   * what moves a control around its value
   */
  moves: {
    [k: string]: Movement;
  };
  tempo: number;
}
/**
 * A few notes that a page plays around and around, at the patch's tempo, until a key is hit.
 */
export interface Phrase {
  notes: PhraseNote[];
  /**
   * length of one time around
   */
  beats: number;
}
/**
 * A note of a phrase.
 */
export interface PhraseNote {
  /**
   * MIDI number
   */
  note: number;
  velocity: number;
  /**
   * in beats
   */
  start: number;
  /**
   * how long the key is down
   */
  beats: number;
}
/**
 * What a voice's picture is asked for.
 */
export interface PictureRequestInput {
  /**
   * the model that paints it
   */
  bundle: string;
  prompt?: string;
  mode?: "mix" | "voice" | "words" | "exact";
  /**
   * who speaks against what is said
   */
  mix?: number;
  /**
   * null: the model's own
   */
  steps?: number | null;
  /**
   * null: the model's own
   */
  guidance?: number | null;
}
/**
 * What a voice's picture is asked for.
 */
export interface PictureRequest {
  /**
   * the model that paints it
   */
  bundle: string;
  prompt: string;
  mode: "mix" | "voice" | "words" | "exact";
  /**
   * who speaks against what is said
   */
  mix: number;
  /**
   * null: the model's own
   */
  steps: number | null;
  /**
   * null: the model's own
   */
  guidance: number | null;
}
/**
 * What a sound is to be like; applied in the order of these entries.
 */
export interface PlaceQuery {
  seed?: number;
  /**
   * instead of the seed's place, such as where the sound is now
   */
  start?: PlaceInput | null;
  /**
   * uploads that it is to be like
   */
  sounds?: string[];
  /**
   * how close to them
   */
  strength?: number;
  prototypes?: {
    [k: string]: number;
  };
  axes?: AxisMove[];
  /**
   * attributes to take from source
   */
  transfer?: string[];
  source?: string | null;
  /**
   * slider to -5..5
   */
  settings?: {
    [k: string]: number;
  };
}
/**
 * A folder of sounds on the studio's machine as training material.
 */
export interface PrepareJob {
  kind: "prepare";
  /**
   * path on the studio's machine
   */
  folder: string;
  /**
   * of the material
   */
  name: string;
  sample_rate?: number;
  n_fft?: number;
  hop?: number;
  columns?: number;
}
/**
 * As it is kept.
 */
export interface Preset {
  name: string;
  tags: string[];
  line: string;
  patch: Patch;
  /**
   * of the same instrument
   */
  other: Patch | null;
  /**
   * 0 the patch, 1 the other
   */
  morph: number;
  phrase: Phrase | null;
  id: string;
  /**
   * ships with the program: cannot be changed or deleted
   */
  factory: boolean;
  created: number;
  updated: number;
}
/**
 * A recipe that a training can begin from.
 */
export interface RecipeCard {
  /**
   * what a job names
   */
  recipe: string;
  family: string;
  description: string;
  /**
   * as the recipe has them; null where it has none
   */
  steps: number | null;
}
/**
 * A recording that was uploaded.
 */
export interface RecordedVoice {
  upload: string;
}
/**
 * A patch as a sound file.
 */
export interface RenderJob {
  kind: "render";
  patch: PatchInput;
  /**
   * what plays it: a MIDI file, a video, a .csv of controls
   */
  upload?: string | null;
  /**
   * null: the upload's
   */
  seconds?: number | null;
  format?: "wav" | "flac" | "ogg" | "opus" | "mp3";
  /**
   * of the sound in Hz; null: the bundle's own
   */
  rate?: number | null;
  /**
   * null: the instrument's own
   */
  channels?: (1 | 2) | null;
  /**
   * draw its spectrogram too
   */
  picture?: boolean;
  mastering?: Mastering;
}
/**
 * Whether one kind of work can be done here.
 */
export interface Requirement {
  kind:
    "render" | "film" | "finish" | "train" | "prepare" | "import" | "share" | "mood" | "evaluate";
  /**
   * the recipe of a training, the ending of a file to import
   */
  subject: string;
  /**
   * what it is, as the begin of a sentence: 'Training'
   */
  title: string;
  ready: boolean;
  /**
   * by the names that people know
   */
  missing: string[];
  /**
   * what is missing, in a sentence; empty when ready
   */
  line: string;
  /**
   * what mends it, to copy and run; empty where none does
   */
  command: string;
}
/**
 * A search as it stands: its sounds and what was said of them.
 */
export interface SearchNow {
  bundle: string;
  /**
   * by number, in the order in which they came
   */
  sounds: SearchSound[];
}
/**
 * One sound of a search; send its place over the socket to hear it.
 */
export interface SearchSound {
  number: number;
  /**
   * what it was drawn from; none for a beginning
   */
  parents: number[];
  place: Place;
  note: string;
  /**
   * 1 liked, -1 disliked, 0 neither
   */
  opinion: number;
}
/**
 * A page's instrument and all that is set on it.
 */
export interface Session {
  id: string;
  patch: Patch;
  /**
   * seconds since 1970
   */
  created: number;
  updated: number;
}
/**
 * A preset that a set brings.
 */
export interface SetPreset {
  name: string;
  instrument: string;
  line: string;
  /**
   * there is one of its name that is something else
   */
  replaces: boolean;
  /**
   * its number among the set's pictures, if it has one
   */
  picture: number | null;
}
/**
 * What opening a set comes to.
 */
export interface SetReport {
  presets: SetPreset[];
  recipes: string[];
  bundles: string[];
  /**
   * what is here in another form: 'preset texture/rain', 'recipe mine'
   */
  replaced: string[];
  /**
   * how many things of it are here as they are
   */
  here_already: number;
  /**
   * models that it lacks, other versions, where it sends to
   */
  notes: string[];
}
/**
 * What the player set for all instruments.
 */
export interface SettingsInput {
  /**
   * what runs the models
   */
  engine?: "auto" | "openvino" | "onnxruntime" | "torch";
  /**
   * where it runs them
   */
  device?: "cpu" | "cuda" | "mps" | "directml";
  /**
   * for a model; 0 lets it choose
   */
  threads?: number;
  /**
   * sound that the page keeps ready
   */
  buffer_ms?: number;
  theme?: "system" | "dark" | "light";
  /**
   * the page's name of the camera
   */
  camera?: string;
  /**
   * the page's name of the port
   */
  midi_input?: string;
  /**
   * MIDI controller to control
   */
  midi_map?: {
    [k: string]: string;
  };
  /**
   * key to action
   */
  shortcuts?: {
    [k: string]: string;
  };
  /**
   * whether the computer's letters are a piano where notes are played
   */
  letters_play?: boolean;
  /**
   * measures of the face at rest, if saved
   */
  neutral_face?: {
    [k: string]: number;
  };
}
/**
 * What the player set for all instruments.
 */
export interface Settings {
  /**
   * what runs the models
   */
  engine: "auto" | "openvino" | "onnxruntime" | "torch";
  /**
   * where it runs them
   */
  device: "cpu" | "cuda" | "mps" | "directml";
  /**
   * for a model; 0 lets it choose
   */
  threads: number;
  /**
   * sound that the page keeps ready
   */
  buffer_ms: number;
  theme: "system" | "dark" | "light";
  /**
   * the page's name of the camera
   */
  camera: string;
  /**
   * the page's name of the port
   */
  midi_input: string;
  /**
   * MIDI controller to control
   */
  midi_map: {
    [k: string]: string;
  };
  /**
   * key to action
   */
  shortcuts: {
    [k: string]: string;
  };
  /**
   * whether the computer's letters are a piano where notes are played
   */
  letters_play: boolean;
  /**
   * measures of the face at rest, if saved
   */
  neutral_face: {
    [k: string]: number;
  };
}
/**
 * Presets as a set, with the recipes and models that they play and with pictures of them.
 */
export interface ShareJob {
  kind: "share";
  presets: string[];
  /**
   * of the file
   */
  name: string;
  /**
   * carry models above 16 MiB too
   */
  with_bundles?: boolean;
}
/**
 * Channel messages in order of time, and what a page shows of them.
 */
export interface Song {
  /**
   * of the messages, seconds from the beginning
   */
  times: number[];
  /**
   * bytes of each, of all channels
   */
  messages: number[][];
  /**
   * until the last track ends
   */
  seconds: number;
  /**
   * where each begins, seconds, 10,000 at most; the last is at or behind the end
   */
  bars: number[];
  /**
   * quarter notes per minute at the beginning
   */
  bpm: number;
  /**
   * the tempo never changes
   */
  steady: boolean;
  /**
   * the file ends before a track of it does
   */
  breaks_off: boolean;
}
/**
 * A recording and the patch that was played when it began.
 */
export interface Take {
  id: string;
  session: string | null;
  name: string;
  seconds: number;
  patch: Patch;
  /**
   * seconds since 1970
   */
  created: number;
  /**
   * whether it can become a film
   */
  pictures: boolean;
}
/**
 * What a take is to be called.
 */
export interface TakeName {
  name: string;
}
/**
 * What a texture bundle can be asked for.
 */
export interface TextureCard {
  sliders: string[];
  /**
   * sliders whose attribute can be taken from a sound
   */
  measured: string[];
  prototypes: string[];
  /**
   * group to how many
   */
  axes: {
    [k: string]: number;
  };
  /**
   * example places to begin from
   */
  starts: number[][];
  /**
   * whether sounds can be dropped in
   */
  encoder: boolean;
}
/**
 * A recipe as a bundle.
 */
export interface TrainJob {
  kind: "train";
  /**
   * one that ships, by name
   */
  recipe: string;
  /**
   * of the bundle
   */
  name: string;
  /**
   * entries in place of the recipe's
   */
  changes?: string[];
  steps?: number | null;
  threads?: number;
}
/**
 * A file of the player's.
 */
export interface Upload {
  id: string;
  name: string;
  kind: "sound" | "midi" | "controls" | "video" | "model" | "network" | "recipe" | "set";
  bytes: number;
  created: number;
}
/**
 * How often something was used on this machine.
 */
export interface UsageCount {
  what: string;
  count: number;
  last: number;
}
/**
 * A picture that is there, and what was understood of its prompt.
 */
export interface VoicePicture {
  asked: PictureRequest;
  understood: string[];
  /**
   * words that say nothing to the model, and one to try in its place or none
   */
  unknown: {
    [k: string]: string;
  };
  /**
   * the known voice that it was taken for
   */
  voice: string | null;
  /**
   * seconds since 1970
   */
  painted: number;
}
/**
 * A recording of a voice, and the picture that was painted of it last.
 */
export interface VoiceTake {
  id: string;
  name: string;
  seconds: number;
  /**
   * seconds since 1970
   */
  created: number;
  /**
   * null: not painted yet
   */
  picture: VoicePicture | null;
}
/**
 * A sound file, or the sound of a video.
 */
export interface Waveform {
  seconds: number;
  /**
   * 600 from start to end, 0..1, the loudest of the file 1
   */
  peaks: number[];
}
export interface GetInstrumentQuery {
  bundle?: string | null;
}
export interface GetPlaceThumbnailQuery {
  w: string;
}
export interface ListPresetsQuery {
  instrument?: string | null;
}
export interface GetPatchOfUploadQuery {
  upload: string;
}
export interface AddUploadQuery {
  name: string;
}
export interface TakeSetQuery {
  replace?: boolean;
}
export interface FindInModelQuery {
  words: string;
}
export interface GetRandomPlaceQuery {
  seed: number;
}
export interface ReadMidiSongQuery {
  name: string;
}

export const api = {
  /** All instruments, also those that lack something or are not for guests of a room. */
  listInstruments: (signal?: AbortSignal) =>
    request<ListInstrumentsAnswer>("GET", `/api/instruments`, { signal }),
  /** Controls, choices and places of an instrument with its own or another bundle. */
  getInstrument: (name: string, query: GetInstrumentQuery = {}, signal?: AbortSignal) =>
    request<InstrumentDetails>("GET", `/api/instruments/${encodeURIComponent(name)}`, { query: { ...query }, signal }),
  /** Keep a patch as a recipe among the user's own: an instrument here and for `resonance`. */
  makeRecipe: (body: NewRecipe, signal?: AbortSignal) =>
    request<InstrumentCard>("POST", `/api/recipes`, { json: body, signal }),
  /** Call an instrument of the user's own otherwise; its presets, sessions and takes follow.

What plays it plays on. */
  renameRecipe: (name: string, body: NewName, signal?: AbortSignal) =>
    request<InstrumentCard>("PUT", `/api/recipes/${encodeURIComponent(name)}`, { json: body, signal }),
  /** Delete an instrument of the user's own and its presets; takes stay, what plays it ends. */
  removeRecipe: (name: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/recipes/${encodeURIComponent(name)}`, { signal }),
  /** A new session; the instrument is opened when its socket is. */
  makeSession: (body: PatchInput, signal?: AbortSignal) =>
    request<Session>("POST", `/api/sessions`, { json: body, signal }),
  /** A session with all that is set in it now. */
  getSession: (session: string, signal?: AbortSignal) =>
    request<Session>("GET", `/api/sessions/${encodeURIComponent(session)}`, { signal }),
  /** Forget it; its takes stay. */
  removeSession: (session: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/sessions/${encodeURIComponent(session)}`, { signal }),
  /** Everything anew, such as a preset or an undone step; a playing page follows at once. */
  putPatch: (session: string, body: PatchInput, signal?: AbortSignal) =>
    request<Session>("PUT", `/api/sessions/${encodeURIComponent(session)}/patch`, { json: body, signal }),
  /** All sounds and where they come from. */
  getSearch: (session: string, signal?: AbortSignal) =>
    request<SearchNow>("GET", `/api/sessions/${encodeURIComponent(session)}/search`, { signal }),
  /** Drop the search of a session, so that the next one begins anew. */
  clearSearch: (session: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/sessions/${encodeURIComponent(session)}/search`, { signal }),
  /** A place, such as the one that plays, or a seed's. */
  beginSearch: (session: string, body: Beginning, signal?: AbortSignal) =>
    request<SearchSound>("POST", `/api/sessions/${encodeURIComponent(session)}/search/beginnings`, { json: body, signal }),
  /** A sound that was dropped in. */
  addExample: (session: string, body: Example, signal?: AbortSignal) =>
    request<SearchSound>("POST", `/api/sessions/${encodeURIComponent(session)}/search/examples`, { json: body, signal }),
  /** Draw variations; the same search gives the same ones. */
  addChildren: (session: string, body: ChildrenRequest, signal?: AbortSignal) =>
    request<AddChildrenAnswer>("POST", `/api/sessions/${encodeURIComponent(session)}/search/children`, { json: body, signal }),
  /** Liked, disliked, or neither. */
  judgeSound: (session: string, number: number, body: Opinion, signal?: AbortSignal) =>
    request<SearchSound>("PUT", `/api/sessions/${encodeURIComponent(session)}/search/sounds/${encodeURIComponent(number)}`, { json: body, signal }),
  /** Sliders, prototypes, axes, examples. */
  getTexture: (bundle: string, signal?: AbortSignal) =>
    request<TextureCard>("GET", `/api/textures/${encodeURIComponent(bundle)}`, { signal }),
  /** The place that is asked for: by dropped sounds, attribute transfer, sliders as measured. */
  findPlace: (bundle: string, body: PlaceQuery, signal?: AbortSignal) =>
    request<Place>("POST", `/api/textures/${encodeURIComponent(bundle)}/place`, { json: body, signal }),
  /** How a place differs from others in words, and which named place is nearest. */
  comparePlaces: (bundle: string, body: Comparison, signal?: AbortSignal) =>
    request<Difference>("POST", `/api/textures/${encodeURIComponent(bundle)}/compare`, { json: body, signal }),
  /** A place by its numbers, with commas between them: a grey PNG of 96 x 60. */
  getPlaceThumbnailUrl: (bundle: string, query: GetPlaceThumbnailQuery): string => address(`/api/textures/${encodeURIComponent(bundle)}/thumbnail`, { ...query }),
  /** All, or an instrument's: the factory's in their order, then the player's by name. */
  listPresets: (query: ListPresetsQuery = {}, signal?: AbortSignal) =>
    request<ListPresetsAnswer>("GET", `/api/presets`, { query: { ...query }, signal }),
  /** Keep a patch under a name. */
  makePreset: (body: NewPreset, signal?: AbortSignal) =>
    request<Preset>("POST", `/api/presets`, { json: body, signal }),
  /** A preset that ships or is kept; 404 where there is none. */
  getPreset: (preset: string, signal?: AbortSignal) =>
    request<Preset>("GET", `/api/presets/${encodeURIComponent(preset)}`, { signal }),
  /** Change name, tags and patch of a kept preset; those that ship stay as they are. */
  putPreset: (preset: string, body: NewPreset, signal?: AbortSignal) =>
    request<Preset>("PUT", `/api/presets/${encodeURIComponent(preset)}`, { json: body, signal }),
  /** Delete a kept preset; those that ship stay. */
  removePreset: (preset: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/presets/${encodeURIComponent(preset)}`, { signal }),
  /** Six seconds of it: a grey PNG, 768 x 160, row 0 the highest of 40 Hz to 8 kHz.

Of an instrument of pictures a strip of what it leads through, in colours. */
  presetPreviewUrl: (preset: string): string => address(`/api/presets/${encodeURIComponent(preset)}/preview`),
  /** All takes, the latest first. */
  listTakes: (signal?: AbortSignal) =>
    request<ListTakesAnswer>("GET", `/api/takes`, { signal }),
  /** The patch inside a sound file that was dropped; null for a sound of somebody else's. */
  getPatchOfUpload: (query: GetPatchOfUploadQuery, signal?: AbortSignal) =>
    request<GetPatchOfUploadAnswer>("GET", `/api/takes/patch`, { query: { ...query }, signal }),
  /** A take; 404 where there is none. */
  getTake: (take: string, signal?: AbortSignal) =>
    request<Take>("GET", `/api/takes/${encodeURIComponent(take)}`, { signal }),
  /** Give a take another name; 404 where there is none. */
  renameTake: (take: string, body: TakeName, signal?: AbortSignal) =>
    request<Take>("PUT", `/api/takes/${encodeURIComponent(take)}`, { json: body, signal }),
  /** Forget it, the sound too. */
  removeTake: (take: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/takes/${encodeURIComponent(take)}`, { signal }),
  /** The sound file, as an attachment. */
  takeSoundUrl: (take: string): string => address(`/api/takes/${encodeURIComponent(take)}/sound`),
  /** All uploaded files, the latest first. */
  listUploads: (signal?: AbortSignal) =>
    request<ListUploadsAnswer>("GET", `/api/uploads`, { signal }),
  /** Keep a file: the name says what it is, the server chooses where it lies. */
  addUpload: (body: Blob, query: AddUploadQuery, signal?: AbortSignal) =>
    request<Upload>("POST", `/api/uploads`, { blob: body, query: { ...query }, signal }),
  /** What a model file is and whether it can be imported; nothing in it is run. */
  checkUpload: (upload: string, signal?: AbortSignal) =>
    request<FileReport>("GET", `/api/uploads/${encodeURIComponent(upload)}/check`, { signal }),
  /** How long a sound or a video is, and its peaks; 422 where there is no sound in it. */
  getWaveform: (upload: string, signal?: AbortSignal) =>
    request<Waveform>("GET", `/api/uploads/${encodeURIComponent(upload)}/waveform`, { signal }),
  /** Forget it, the file too. */
  removeUpload: (upload: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/uploads/${encodeURIComponent(upload)}`, { signal }),
  /** What it brings and what it would replace; nothing is written, nothing in it is run. */
  lookIntoSet: (upload: string, signal?: AbortSignal) =>
    request<SetReport>("GET", `/api/sets/${encodeURIComponent(upload)}`, { signal }),
  /** A preset's picture, as `/api/presets/{preset}/preview` has it. */
  setPictureUrl: (upload: string, number: number): string => address(`/api/sets/${encodeURIComponent(upload)}/pictures/${encodeURIComponent(number)}`),
  /** Make all of it the player's own, or nothing; the upload is forgotten then.

422 where it would replace something and `replace` does not say so. */
  takeSet: (upload: string, query: TakeSetQuery = {}, signal?: AbortSignal) =>
    request<SetReport>("POST", `/api/sets/${encodeURIComponent(upload)}/open`, { query: { ...query }, signal }),
  /** All that a name reaches; a damaged one says so. */
  listModels: (signal?: AbortSignal) =>
    request<ListModelsAnswer>("GET", `/api/models`, { signal }),
  /** Its data, licences, controls, metrics, after all checks. */
  getModel: (name: string, signal?: AbortSignal) =>
    request<ModelDetails>("GET", `/api/models/${encodeURIComponent(name)}`, { signal }),
  /** Delete a bundle of the player's own. */
  removeModel: (name: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/models/${encodeURIComponent(name)}`, { signal }),
  /** A second each of a few of its places, as FLAC; 404 for a bundle that carries none. */
  modelPreviewUrl: (name: string): string => address(`/api/models/${encodeURIComponent(name)}/preview`),
  /** How a page draws its pictures by itself; 404 for models whose pictures are drawn here. */
  getDrawing: (name: string, signal?: AbortSignal) =>
    request<Drawing>("GET", `/api/models/${encodeURIComponent(name)}/drawing`, { signal }),
  /** The network that makes a packet of w, as ONNX; it belongs to `drawing`. */
  modelFoldUrl: (name: string): string => address(`/api/models/${encodeURIComponent(name)}/fold`),
  /** Its named places on a plane, without overlap, and the headings of their groups. */
  getMap: (name: string, signal?: AbortSignal) =>
    request<LatentMap>("GET", `/api/models/${encodeURIComponent(name)}/map`, { signal }),
  /** The map's places in its order: a grey PNG of 96 x 60 tiles, one below the other. */
  getThumbnailsUrl: (name: string): string => address(`/api/models/${encodeURIComponent(name)}/thumbnails`),
  /** A model of pictures: its shown places as a JPEG of 160 x 100 tiles, one below the other. */
  getPicturesUrl: (name: string): string => address(`/api/models/${encodeURIComponent(name)}/pictures`),
  /** Places by words, the best first: titles, headings, and bright, dark, tonal, noisy,
rhythmic, steady, long, short. */
  findInModel: (name: string, query: FindInModelQuery, signal?: AbortSignal) =>
    request<FindInModelAnswer>("GET", `/api/models/${encodeURIComponent(name)}/find`, { query: { ...query }, signal }),
  /** A place that the seed leads to, for notes a timbre near recorded ones. */
  getRandomPlace: (name: string, query: GetRandomPlaceQuery, signal?: AbortSignal) =>
    request<Place>("GET", `/api/models/${encodeURIComponent(name)}/random`, { query: { ...query }, signal }),
  /** Places whose pictures fit; 422 with one line for a prompt that cannot be used.

The first time for a model its pictures are looked at, which takes some seconds. */
  findMoods: (bundle: string, body: MoodQuery, signal?: AbortSignal) =>
    request<FoundMoods>("POST", `/api/moods/${encodeURIComponent(bundle)}`, { json: body, signal }),
  /** All recorded voices, the latest first. */
  listVoiceTakes: (signal?: AbortSignal) =>
    request<ListVoiceTakesAnswer>("GET", `/api/voice-takes`, { signal }),
  /** Keep a recording as a take; 422 with one line for silence, or less than 0.3 s. */
  addVoiceTake: (body: RecordedVoice, signal?: AbortSignal) =>
    request<VoiceTake>("POST", `/api/voice-takes`, { json: body, signal }),
  /** A recorded voice, and its picture where it has one; 404 where there is none. */
  getVoiceTake: (take: string, signal?: AbortSignal) =>
    request<VoiceTake>("GET", `/api/voice-takes/${encodeURIComponent(take)}`, { signal }),
  /** Give a recorded voice another name; 404 where there is none. */
  renameVoiceTake: (take: string, body: TakeName, signal?: AbortSignal) =>
    request<VoiceTake>("PUT", `/api/voice-takes/${encodeURIComponent(take)}`, { json: body, signal }),
  /** Forget it, its sound and its picture too. */
  removeVoiceTake: (take: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/voice-takes/${encodeURIComponent(take)}`, { signal }),
  /** How far its latest picture is; null where none was asked for since the studio began. */
  getPainting: (take: string, signal?: AbortSignal) =>
    request<GetPaintingAnswer>("GET", `/api/voice-takes/${encodeURIComponent(take)}/painting`, { signal }),
  /** Paint its picture anew, beside all that plays; the one before stays until then. */
  beginPainting: (take: string, body: PictureRequestInput, signal?: AbortSignal) =>
    request<Painting>("POST", `/api/voice-takes/${encodeURIComponent(take)}/painting`, { json: body, signal }),
  /** End it within one step of the model. */
  cancelPainting: (take: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/voice-takes/${encodeURIComponent(take)}/painting`, { signal }),
  /** The peaks of its sound. */
  getVoiceWaveform: (take: string, signal?: AbortSignal) =>
    request<Waveform>("GET", `/api/voice-takes/${encodeURIComponent(take)}/waveform`, { signal }),
  /** Its sound as a WAV file, as an attachment. */
  voiceTakeSoundUrl: (take: string): string => address(`/api/voice-takes/${encodeURIComponent(take)}/sound`),
  /** Its picture: a PNG that carries how it was made. */
  voiceTakePictureUrl: (take: string): string => address(`/api/voice-takes/${encodeURIComponent(take)}/picture`),
  /** All kept voices, by name. */
  listVoices: (signal?: AbortSignal) =>
    request<ListVoicesAnswer>("GET", `/api/voices`, { signal }),
  /** Keep the voice of takes: numbers of which no recording can be made. */
  enrolVoice: (body: NewVoice, signal?: AbortSignal) =>
    request<KnownVoiceCard>("POST", `/api/voices`, { json: body, signal }),
  /** Forget it; pictures that were made with it stay. */
  forgetVoice: (name: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/voices/${encodeURIComponent(name)}`, { signal }),
  /** All jobs, the latest first. */
  listJobs: (signal?: AbortSignal) =>
    request<ListJobsAnswer>("GET", `/api/jobs`, { signal }),
  /** Begin; it goes on whether a page looks or not. */
  startJob: (body: StartJobBody, signal?: AbortSignal) =>
    request<Job>("POST", `/api/jobs`, { json: body, signal }),
  /** Forget all that ended, and their files; what waits or runs goes on. */
  removeEndedJobs: (signal?: AbortSignal) =>
    request<void>("DELETE", `/api/jobs`, { signal }),
  /** What a training can begin from: the recipes that ship. */
  listTrainingRecipes: (signal?: AbortSignal) =>
    request<ListTrainingRecipesAnswer>("GET", `/api/jobs/recipes`, { signal }),
  /** Whether each kind of work can be done here, and what mends it where it cannot. */
  listJobRequirements: (signal?: AbortSignal) =>
    request<ListJobRequirementsAnswer>("GET", `/api/jobs/requirements`, { signal }),
  /** How far a job is; 404 where there is none. */
  getJob: (job: string, signal?: AbortSignal) =>
    request<Job>("GET", `/api/jobs/${encodeURIComponent(job)}`, { signal }),
  /** Forget it and its files; one that runs is ended. */
  removeJob: (job: string, signal?: AbortSignal) =>
    request<void>("DELETE", `/api/jobs/${encodeURIComponent(job)}`, { signal }),
  /** End it; what it wrote is removed. */
  cancelJob: (job: string, signal?: AbortSignal) =>
    request<Job>("POST", `/api/jobs/${encodeURIComponent(job)}/cancel`, { signal }),
  /** A new job of the same request; only for what failed, was cancelled or interrupted. */
  retryJob: (job: string, signal?: AbortSignal) =>
    request<Job>("POST", `/api/jobs/${encodeURIComponent(job)}/retry`, { signal }),
  /** Server-sent events: `job` with a Job as JSON, first as it stands, then at each change. */
  jobEventsUrl: (job: string): string => address(`/api/jobs/${encodeURIComponent(job)}/events`),
  /** One of its files by a name from its list, as an attachment. */
  jobFileUrl: (job: string, name: string): string => address(`/api/jobs/${encodeURIComponent(job)}/files/${encodeURIComponent(name)}`),
  /** All settings, as they are kept. */
  getSettings: (signal?: AbortSignal) =>
    request<Settings>("GET", `/api/settings`, { signal }),
  /** All of them; engine, device and threads are heard from the next opened instrument on. */
  putSettings: (body: SettingsInput, signal?: AbortSignal) =>
    request<Settings>("PUT", `/api/settings`, { json: body, signal }),
  /** What was used how often. */
  listUsage: (signal?: AbortSignal) =>
    request<ListUsageAnswer>("GET", `/api/usage`, { signal }),
  /** Forget what was used; counting begins anew. */
  forgetUsage: (signal?: AbortSignal) =>
    request<void>("DELETE", `/api/usage`, { signal }),
  /** What a MIDI file plays; 422 where it cannot be played. */
  readMidiSong: (body: Blob, query: ReadMidiSongQuery, signal?: AbortSignal) =>
    request<Song>("POST", `/api/songs`, { blob: body, query: { ...query }, signal }),
  /** Versions of the studio, Python, packages and engines, and where data lies. */
  getAbout: (signal?: AbortSignal) =>
    request<About>("GET", `/api/about`, { signal }),
  /** Sound outputs and engines. */
  getDevices: (signal?: AbortSignal) =>
    request<Devices>("GET", `/api/devices`, { signal }),
  /** Try every part; takes some seconds. */
  getDoctor: (signal?: AbortSignal) =>
    request<Doctor>("GET", `/api/doctor`, { signal }),
};
