namespace AuthCode;

/// <summary>What an attempt means for its session, before anything is changed: the next state, and the response that is kept or the failure that callers are told.</summary>
internal sealed class SessionDecision
{
    private SessionDecision(SessionState next, AttemptResult attempt, IDisposable? refused, bool showsNarrowing)
    {
        Next = next;
        Attempt = attempt;
        Refused = refused;
        ShowsNarrowing = showsNarrowing;
    }

    internal readonly SessionState Next;

    /// <summary>The attempt as it counts: a response about another user counts as none.</summary>
    internal readonly AttemptResult Attempt;

    /// <summary>What a response brought that is not kept; wiped after the commit.</summary>
    internal readonly IDisposable? Refused;

    /// <summary>Whether the server limits a refresh token to the scopes of the refresh that brought it, against RFC 6749 section 6.</summary>
    internal readonly bool ShowsNarrowing;

    internal static SessionDecision Of(SessionState state, AttemptResult attempt, Grant grant, ClientId client, string host, bool isOfHome)
    {
        IDisposable? refused = null;
        if (isOfHome && IsAboutAnother(state.Facts.User, attempt.Response, client))
        {
            refused = attempt.Response?.RefreshToken;
            attempt = AttemptResult.Fail(AttemptOutcome.Malformed, Failures.OtherUser(host));
        }

        bool showsNarrowing = state.Facts.HasNarrowed && (IsRefusalOfScopes(attempt) ? grant.NarrowsSession : HasFewerScopes(state.Facts, attempt, grant));
        SessionState next = state.After(attempt, grant, host, isOfHome);
        if (IsRefusalOfScopes(attempt) && (grant.ExceedsSession || showsNarrowing))
        {
            attempt = AttemptResult.Refuse(RefusalReason.Scopes, Failures.ScopesNotInSession(attempt.Failure!.Response!));
        }

        return new SessionDecision(next, attempt, refused, showsNarrowing);
    }

    private static bool IsRefusalOfScopes(AttemptResult attempt) => attempt is { Outcome: AttemptOutcome.Refused, Reason: RefusalReason.Scopes or RefusalReason.Grant };

    private static bool HasFewerScopes(SessionFacts facts, AttemptResult attempt, Grant grant) =>
        attempt.Response is { Scope: not null } response && !grant.NamesScopes && facts.Scopes is { } session
        && !Array.TrueForAll(session.Granted, scope => grant.ScopesOf(response).Contains(scope, StringComparer.Ordinal));

    // OpenID Connect Core section 12.2. Another tenant than the user's own knows the user under another subject.
    private static bool IsAboutAnother(SessionUser? user, TokenResponse? response, ClientId client) =>
        user is not null && response is { IdToken: { } idToken } && !user.Subject.IsSame(TokenSubject.Of(idToken, client));
}
