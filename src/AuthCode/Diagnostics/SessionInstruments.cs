using System.Diagnostics.Metrics;

namespace AuthCode;

/// <summary>The instruments of sessions, created when the first session is kept: a credential alone needs none of them.</summary>
internal static class SessionInstruments
{
    internal static readonly Counter<long> Ends = Instruments.Counter(
        "authcode.session.ended", "{session}", "Sessions that ended on this instance.");

    // Implementation note: counted when they are read, and not by steps. Steps that were taken while nobody listened would be missing
    // later, and those of a client that was left to the garbage collector would never be taken back.
    internal static readonly ObservableUpDownCounter<int> Active = Instruments.Observable(
        "authcode.session.active", SessionCount.Active, "{session}", "Sessions in the memory of this process.");

    internal static readonly ObservableUpDownCounter<int> Dirty = Instruments.Observable(
        "authcode.session.dirty", SessionCount.Dirty, "{session}", "Sessions with something that could not be stored yet.");
}
