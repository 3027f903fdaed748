// Exported models in TensorFlow.js: loading one from a folder, and running it on patches.

import '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PREDICTIONS = 'model/Softmax';

// A browser needs none of this: tf.loadGraphModel('https://.../NAME-tfjs/model.json').
export async function loadModel(folder) {
  await tf.setBackend('wasm');
  await tf.ready();
  return loadGraphModel({ load: () => readArtifacts(folder) });
}

async function readArtifacts(folder) {
  const { modelTopology, weightsManifest, signature, format } = JSON.parse(
    await readFile(join(folder, 'model.json'), 'utf8'),
  );
  const paths = weightsManifest.flatMap((group) => group.paths);
  const shards = await Promise.all(paths.map((path) => readFile(join(folder, path))));
  return {
    modelTopology,
    signature,
    format,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: new Uint8Array(Buffer.concat(shards)).buffer,
  };
}

// Probabilities of each class for inputs that lie one after the other in a Float32Array: patches
// of mel bands for a full model, embeddings for a head. `node` is an output's name in the JSON.
export async function classify(model, values, node = PREDICTIONS) {
  const [, ...shape] = model.inputs[0].shape;
  const size = shape.reduce((product, side) => product * side);
  if (!values.length || values.length % size)
    throw new Error(`${values.length} values are no whole number of inputs of ${shape.join(' x ')}`);
  const input = tf.tensor(values, [values.length / size, ...shape]);
  const output = model.execute(input, node);
  const rows = await output.array();
  tf.dispose([input, output]);
  return rows;
}

// The float32 values in a file, little-endian.
export async function readFloats(path) {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}

// Writes what a program answers, as JSON, or the one line that says why there is no answer.
export async function answer(program) {
  try {
    console.log(JSON.stringify(await program(...process.argv.slice(2))));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
