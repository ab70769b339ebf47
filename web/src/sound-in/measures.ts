/** What a sound is like now, from its spectrum: names and ranges are those of the microphone sensor. */

export interface SoundMeasures {
  rms: number;
  bass: number;
  mids: number;
  highs: number;
  centroid: number;
  onset: number;
}

const FLOOR_DB = -60;
const BANDS = { bass: [20, 150], mids: [150, 2000], highs: [2000, Infinity] } as const;
const CENTROID_HZ = [100, 8000] as const;
const RISE = 0.18;
const FALL_SECONDS = 0.25;

const within = (value: number) => Math.min(1, Math.max(0, value));
const part = (power: number) => within(1 - (10 * Math.log10(power + 1e-12)) / FLOOR_DB);

export class SoundMeter {
  private level = 0;
  private onset = 0;

  /**
   * @param power of each bin of the spectrum, 1 for a full-scale sine.
   * @param hz width of a bin.
   * @param dt seconds since the last step.
   */
  step(power: Float32Array, hz: number, dt: number): SoundMeasures {
    const sum = (low: number, high: number) => {
      let total = 0;
      const last = Math.min(power.length, Math.ceil(high / hz));
      for (let k = Math.max(1, Math.round(low / hz)); k < last; k++) total += power[k]!;
      return total;
    };
    const all = sum(20, Infinity);
    let weighted = 0;
    for (let k = 1; k < power.length; k++) weighted += k * hz * power[k]!;
    const centre = all > 1e-9 ? weighted / all : 0;
    const level = part(all);
    this.onset = level - this.level > RISE ? 1 : this.onset * Math.exp(-dt / FALL_SECONDS);
    // The level that a rise is measured from follows a falling sound slowly.
    this.level = level > this.level ? level : this.level + (level - this.level) * Math.min(1, dt / 0.1);
    const [low, high] = CENTROID_HZ;
    return {
      rms: level,
      bass: part(sum(...BANDS.bass)),
      mids: part(sum(...BANDS.mids)),
      highs: part(sum(...BANDS.highs)),
      centroid: level > 0 ? within(Math.log(Math.max(centre, low) / low) / Math.log(high / low)) : 0,
      onset: this.onset,
    };
  }
}
