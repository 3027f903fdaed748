// Class probabilities of an audio file from a backbone and a head, in Essentia's C++ API.
//
// g++ -std=c++14 -O2 two_step.cpp -o two_step $(pkg-config --cflags --libs essentia)
// ./two_step msd-musicnn-1.pb model/dense/BiasAdd MODEL-1.pb song.mp3
//
// The second argument is the backbone's output with output_purpose "embeddings" in its JSON.

#include <essentia/algorithmfactory.h>
#include <essentia/essentia.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

using essentia::Real;
using essentia::standard::Algorithm;
using essentia::standard::AlgorithmFactory;

// TensorflowPredict2D takes a matrix where TensorflowPredictMusiCNN gives a vector of vectors.
static TNT::Array2D<Real> matrix(const std::vector<std::vector<Real>>& rows) {
  if (rows.empty()) throw essentia::EssentiaException("the audio is shorter than one patch");
  TNT::Array2D<Real> values(rows.size(), rows[0].size());
  for (size_t i = 0; i < rows.size(); i++)
    for (size_t j = 0; j < rows[i].size(); j++) values[i][j] = rows[i][j];
  return values;
}

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << argv[0] << ": needs BACKBONE.pb EMBEDDING-NODE HEAD.pb AUDIO\n";
    return 1;
  }
  const std::string backbone = argv[1], node = argv[2], model = argv[3], file = argv[4];
  try {
    essentia::init();
    AlgorithmFactory& factory = AlgorithmFactory::instance();
    std::unique_ptr<Algorithm> loader(factory.create(
        "MonoLoader", "filename", file, "sampleRate", 16000, "resampleQuality", 4));
    std::unique_ptr<Algorithm> network(factory.create(
        "TensorflowPredictMusiCNN", "graphFilename", backbone, "output", node));
    std::unique_ptr<Algorithm> head(factory.create(
        "TensorflowPredict2D", "graphFilename", model, "output", "model/Softmax"));

    std::vector<Real> audio;
    std::vector<std::vector<Real>> embeddings, predictions;
    loader->output("audio").set(audio);
    network->input("signal").set(audio);
    network->output("predictions").set(embeddings);
    loader->compute();
    network->compute();

    TNT::Array2D<Real> features = matrix(embeddings);
    head->input("signal").set(features);
    head->output("predictions").set(predictions);
    head->compute();

    std::cout.precision(9);
    for (const std::vector<Real>& patch : predictions) {
      for (size_t i = 0; i < patch.size(); i++) std::cout << (i ? " " : "") << patch[i];
      std::cout << '\n';
    }
  } catch (const essentia::EssentiaException& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  essentia::shutdown();
  return 0;
}
