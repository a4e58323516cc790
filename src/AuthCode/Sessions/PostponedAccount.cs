using System.Collections.Immutable;

namespace AuthCode;

/// <summary>What happened to an account while the store did not respond: the latest of each kind, however much happened.</summary>
/// <param name="EndedBefore">Sessions that began no later than this have ended.</param>
/// <param name="EndedOn">When all were ended last.</param>
/// <param name="SignedInOn">When the session began that began last.</param>
/// <param name="SignedIn">The key of that session; <see langword="null"/> if none began.</param>
/// <param name="Ended">The sessions that ended one by one, each with the one that takes its place as the newest.</param>
internal sealed record PostponedAccount(DateTimeOffset EndedBefore, DateTimeOffset EndedOn, DateTimeOffset SignedInOn, string? SignedIn, ImmutableArray<(string Session, string? Next)> Ended)
{
    // The entry names one session only, and one that is forgotten here is passed over when it is looked up.
    private const int MostEnded = 32;

    internal static readonly PostponedAccount None = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, []);

    /// <summary>When the session began that began last; <see langword="null"/> if none did.</summary>
    internal DateTimeOffset? BeginningOfLast => SignedIn is null ? null : SignedInOn;

    /// <summary>After a sign-out of all sessions.</summary>
    /// <param name="time">When the last session began that is known to have ended.</param>
    /// <param name="on">When the sign-out was made.</param>
    internal PostponedAccount EndedAt(DateTimeOffset time, DateTimeOffset on) =>
        this with { EndedBefore = time > EndedBefore ? time : EndedBefore, EndedOn = on > EndedOn ? on : EndedOn };

    /// <summary>After a sign-in.</summary>
    internal PostponedAccount SignedInAt(string session, DateTimeOffset time) => time > SignedInOn ? this with { SignedIn = session, SignedInOn = time } : this;

    /// <summary>After the end of one session.</summary>
    internal PostponedAccount WithoutSession(string session, string? next) =>
        this with { Ended = (Ended.Length == MostEnded ? Ended.RemoveAt(0) : Ended).Add((session, next)) };

    /// <summary>The entry of the account after all that.</summary>
    internal AccountEntry ApplyTo(AccountEntry entry)
    {
        AccountEntry changed = EndedBefore > DateTimeOffset.UnixEpoch ? entry.EndedAt(EndedBefore, EndedOn) : entry;
        changed = SignedIn is null ? changed : changed.SignedInAt(SignedIn, SignedInOn);
        foreach ((string session, string? next) in Ended)
        {
            changed = changed.WithoutSession(session, next);
        }

        return changed;
    }

    public override string ToString() => $"ended {EndedBefore:O}, signed in {SignedInOn:O}, {Ended.Length} ended";
}
