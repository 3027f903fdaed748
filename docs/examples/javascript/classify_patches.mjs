// node classify_patches.mjs NAME-tfjs VALUES.f32 [NODE]
//
// VALUES.f32 holds what the model takes, float32 values one after the other: patches of mel bands
// for a full model, embeddings for a head. Writes a JSON array with a row for each.

import { classify, loadModel, readFloats } from './graph_model.mjs';

const [folder, values, node] = process.argv.slice(2);
if (!values) throw new Error('needs NAME-tfjs VALUES.f32 [NODE]');
const model = await loadModel(folder);
console.log(JSON.stringify(await classify(model, await readFloats(values), node)));
