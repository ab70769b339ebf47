/** Whether the letters of the computer's keyboard play notes now: then they are no shortcuts. */

let playing = false;

export function letLettersPlay(on: boolean): void {
  playing = on;
}

export const lettersPlay = (): boolean => playing;
