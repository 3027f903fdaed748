// Class probabilities of an audio file from a full graph, in Essentia's C++ API.
//
// g++ -std=c++14 -O2 full_graph.cpp -o full_graph $(pkg-config --cflags --libs essentia)
// ./full_graph MODEL-full-1.pb song.mp3

#include <essentia/algorithmfactory.h>
#include <essentia/essentia.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

using essentia::Real;
using essentia::standard::Algorithm;
using essentia::standard::AlgorithmFactory;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << argv[0] << ": needs MODEL.pb AUDIO\n";
    return 1;
  }
  const std::string model = argv[1], file = argv[2];
  try {
    essentia::init();
    AlgorithmFactory& factory = AlgorithmFactory::instance();
    std::unique_ptr<Algorithm> loader(factory.create(
        "MonoLoader", "filename", file, "sampleRate", 16000, "resampleQuality", 4));
    std::unique_ptr<Algorithm> network(factory.create(
        "TensorflowPredictMusiCNN", "graphFilename", model, "output", "model/Softmax"));

    std::vector<Real> audio;
    std::vector<std::vector<Real>> predictions;
    loader->output("audio").set(audio);
    network->input("signal").set(audio);
    network->output("predictions").set(predictions);
    loader->compute();
    network->compute();

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
