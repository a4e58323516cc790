namespace AuthCode;

/// <summary>What an attempt means for its session, before anything is changed: the next state, and the response that is kept or the failure that callers are told.</summary>
internal sealed class SessionDecision
{
    private SessionDecision(SessionState next, AttemptResult attempt, IDisposable? refused)
    {
        Next = next;
        Attempt = attempt;
        Refused = refused;
    }

    internal readonly SessionState Next;

    /// <summary>The attempt as it counts: a response about another user counts as none.</summary>
    internal readonly AttemptResult Attempt;

    /// <summary>What a response brought that is not kept; wiped after the commit.</summary>
    internal readonly IDisposable? Refused;

    internal static SessionDecision Of(SessionState state, AttemptResult attempt, string host, bool isOfHome)
    {
        IDisposable? refused = null;
        if (isOfHome && IsAboutAnother(state.Facts.Subject, attempt.Response))
        {
            refused = attempt.Response?.RefreshToken;
            attempt = AttemptResult.Fail(AttemptOutcome.Malformed, Failures.OtherUser(host));
        }

        return new SessionDecision(state.After(attempt, host, isOfHome), attempt, refused);
    }

    // OpenID Connect Core section 12.2. Another tenant than the user's own knows the user under another subject.
    private static bool IsAboutAnother(TokenSubject? user, TokenResponse? response) =>
        user is not null && response is { IdToken: { } idToken } && !user.IsSame(TokenSubject.Of(idToken));
}
