// A self-signed certificate for "localhost" and 127.0.0.1, made by openssl for the length of a test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace mlango::test {

class certificate {
public:
    explicit certificate(const std::string& kind = "ec -pkeyopt ec_paramgen_curve:prime256v1") {
        std::string form = (std::filesystem::temp_directory_path() / "mlango-tls-XXXXXX").string();
        if (mkdtemp(form.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = form;
        const std::string command =
            "openssl req -x509 -newkey " + kind +
            " -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout '" +
            key() + "' -out '" + file() + "' 2>/dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl made no certificate");
    }
    ~certificate() { std::filesystem::remove_all(folder_); }
    certificate(const certificate&) = delete;
    certificate& operator=(const certificate&) = delete;

    [[nodiscard]] std::string file() const { return (folder_ / "cert.pem").string(); }
    [[nodiscard]] std::string key() const { return (folder_ / "key.pem").string(); }

private:
    std::filesystem::path folder_;
};

}  // namespace mlango::test
