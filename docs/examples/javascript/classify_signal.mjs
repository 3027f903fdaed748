// node classify_signal.mjs NAME-full-1-tfjs SIGNAL.f32
//
// SIGNAL.f32 holds mono samples at 16 kHz as float32, such as `ffmpeg -i song.mp3 -ac 1 -ar 16000
// -f f32le SIGNAL.f32` writes. essentia.js computes the mel bands. Writes a JSON array with the
// probabilities of each class for every patch.

import essentia from 'essentia.js';

import { answer, classify, loadModel, readFloats } from './graph_model.mjs';

// What TensorflowPredictMusiCNN does, in samples and in frames.
const FRAME_SIZE = 512;
const HOP_SIZE = 256;
const PATCH_HOP_SIZE = 93;

// Mel bands of frames centred on every HOP_SIZE-th sample, silence around the signal. (essentia.js
// can cut frames itself, but leaves silent ones out.)
function* melBands(signal) {
  const { EssentiaTFInputExtractor } = essentia.EssentiaModel;
  const extractor = new EssentiaTFInputExtractor(essentia.EssentiaWASM, 'musicnn');
  const padded = new Float32Array(signal.length + 2 * FRAME_SIZE);
  padded.set(signal, FRAME_SIZE / 2);
  const count = Math.ceil(signal.length / HOP_SIZE) + 1;
  for (let i = 0; i < count; i++) {
    const frame = padded.slice(i * HOP_SIZE, i * HOP_SIZE + FRAME_SIZE);
    yield extractor.compute(frame).melSpectrum;
  }
}

// Patches of mel bands, one after the other.
function patchesOf(signal, [patchSize, nBands]) {
  const frames = [...melBands(signal)];
  const count = Math.floor((frames.length - patchSize) / PATCH_HOP_SIZE) + 1;
  if (count < 1) throw new Error('the signal is shorter than one patch');
  const patches = new Float32Array(count * patchSize * nBands);
  for (let patch = 0, place = 0; patch < count; patch++)
    for (let i = 0; i < patchSize; i++, place += nBands)
      patches.set(frames[patch * PATCH_HOP_SIZE + i], place);
  return patches;
}

await answer(async (folder, signal) => {
  if (!signal) throw new Error('needs NAME-full-1-tfjs SIGNAL.f32');
  const model = await loadModel(folder);
  const patch = model.inputs[0].shape.slice(1);
  if (patch.join() !== '187,96') throw new Error(`${folder}: takes no patches of 187 x 96 mel bands`);
  return classify(model, patchesOf(await readFloats(signal), patch));
});
