/** Where the build laid the face models. */
declare const FACE_FOLDER: string;
export const FOLDER = FACE_FOLDER;
