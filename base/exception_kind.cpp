#include "base/exception_kind.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/core/demangle.hpp>
#include <boost/system/system_error.hpp>
#include <system_error>
#include <typeinfo>

namespace mlango {

std::string exception_kind(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return fmt::format("boost::system::system_error:{}:{}", error.code().category().name(), error.code().value());
    } catch (const std::system_error& error) {
        return fmt::format("std::system_error:{}:{}", error.code().category().name(), error.code().value());
    } catch (const std::exception& error) {
        return boost::core::demangle(typeid(error).name());
    } catch (...) {
        return "unknown";
    }
}

bool is_cancellation(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace mlango
