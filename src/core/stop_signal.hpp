#pragma once

namespace contrail {

/// A descriptor that becomes readable, and stays so, when the signal arrives that stops the token of
/// stop_on_signals(). Negative before that function was called: poll(2) ignores it then.
int stop_signal_descriptor() noexcept;

}  // namespace contrail
