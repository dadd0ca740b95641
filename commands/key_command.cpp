#include "commands/key_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/random.hpp"
#include "base/seal.hpp"
#include "commands/command_parts.hpp"

namespace mlango::commands {

namespace {

struct key_options {
    std::string purpose, file;
};

// Beside the file, then over it, so that it is never half written; owner and mode stay.
bool put_in_place(const std::string& file, const std::string& text) {
    struct stat before{};
    if (::stat(file.c_str(), &before) != 0) return false;
    const std::string fresh = file + ".new";
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (out < 0) return false;
    const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fchmod(out, before.st_mode & 07777) == 0 && ::fsync(out) == 0;
    // Only root may give a file away; without it the file is already the caller's.
    if (::fchown(out, before.st_uid, before.st_gid) != 0 && ::geteuid() == 0) return ::close(out), false;
    return ::close(out) == 0 && written && ::rename(fresh.c_str(), file.c_str()) == 0;
}

int run(const key_options& options) {
    system_random random;
    std::string text;
    if (!options.file.empty()) {
        std::ifstream in(options.file, std::ios::binary);
        if (!in) return faulty(options.file + " can not be read");
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto line = further_key_line(text, options.purpose, random);
    if (!line) return faulty(options.file + ": " + line.error().message);
    if (options.file.empty()) {
        fmt::print("{}", *line);
        return 0;
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
    if (!put_in_place(options.file, text + *line)) return faulty(options.file + " can not be written");
    fmt::print("{} has a further {} key: give it to every node, and keep a copy where the database's backups are not\n",
               options.file, options.purpose);
    return 0;
}

}  // namespace

void add_key_command(CLI::App& keys, command_options& common, int& status) {
    const auto options = std::make_shared<key_options>();
    auto* added = with_database(
        keys.add_subcommand("add",
                            "Add a key to a key file: of a purpose that came after the file was made (wallet), or the\n"
                            "successor of those that are there; the old ones stay"),
        common);
    added->add_option("PURPOSE", options->purpose, "session, record, pin or wallet")->required();
    added->add_option("FILE", options->file, "The key file; without it the line is printed");
    added->callback([options, &status] { status = run(*options); });
}

}  // namespace mlango::commands
