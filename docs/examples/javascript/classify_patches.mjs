// node classify_patches.mjs NAME-tfjs VALUES.f32 [NODE]
//
// VALUES.f32 holds what the model takes, float32 values one after the other: patches of mel bands
// for a full model, embeddings for a head. Writes a JSON array with a row for each.

import { answer, classify, loadModel, readFloats } from './graph_model.mjs';

await answer(async (folder, values, node) => {
  if (!values) throw new Error('needs NAME-tfjs VALUES.f32 [NODE]');
  return classify(await loadModel(folder), await readFloats(values), node);
});
