using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace AuthCode;

/// <summary>What a session can still acquire tokens with, and where each outcome of an attempt leads from there. A value: deciding changes nothing.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>state, outcome</term><description>next state; what is kept</description></listheader>
/// <item><term>code pending, token with a refresh token</term><description>refreshable; the code is wiped</description></item>
/// <item><term>code pending, token without one</term><description>sign-in needed; the code is wiped</description></item>
/// <item><term>code pending, a refused code in the credential's own tenant, an error without a name of its own a second time, or a malformed response</term><description>sign-in needed with that reason; the code is wiped</description></item>
/// <item><term>code pending, response lost</term><description>code pending, once; the second time sign-in needed</description></item>
/// <item><term>code pending, anything else</term><description>code pending</description></item>
/// <item><term>refreshable, token with a new refresh token</term><description>refreshable with the new one; the old one is wiped</description></item>
/// <item><term>refreshable, a refused refresh token in the credential's own tenant, unless an interaction for the scopes would help</term><description>sign-in needed with that reason; the refresh token is wiped</description></item>
/// <item><term>refreshable, a refusal for scopes that the session was not granted, or that a refresh may have taken from it</term><description>refreshable with the same one</description></item>
/// <item><term>refreshable, anything else</term><description>refreshable with the same one</description></item>
/// <item><term>sign-in needed</term><description>final: nothing is sent</description></item>
/// </list>
/// </remarks>
internal abstract class SessionState(SessionFacts facts, IDisposable? secret)
{
    internal readonly SessionFacts Facts = facts;

    /// <summary>The code or the refresh token, which is wiped as soon as no state holds it any more.</summary>
    internal readonly IDisposable? Secret = secret;

    /// <summary>The grant that acquires a token in this state; <see langword="null"/> if none does.</summary>
    internal abstract Grant? GrantFor(TokenParameters parameters, ServerProfile profile);

    /// <summary>The state after an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="grant">The grant that was sent.</param>
    /// <param name="host">The server's host, for messages.</param>
    /// <param name="isOfHome">Whether the token was requested for the tenant that the credential was made for.</param>
    internal abstract SessionState After(AttemptResult attempt, Grant grant, string host, bool isOfHome);

    /// <summary>The same state, of a user who is known.</summary>
    internal SessionState Of(SessionUser user) => With(Facts.Of(user));

    /// <summary>The same state, as one that follows another.</summary>
    internal SessionState Following(SessionState before) => With(Facts.Following(before.Facts));

    private protected abstract SessionState With(SessionFacts known);

    private static ulong HashOf(SecretText secret) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(secret.Utf8));

    /// <summary>The code has not been redeemed yet, or not with a known outcome.</summary>
    [DebuggerDisplay("code pending")]
    internal sealed class CodePending(AuthorizationCode code, int lostResponses = 0, Failure? firstLoss = null, string? lastRefusal = null) : SessionState(SessionFacts.None, code)
    {
        /// <summary>How many responses to the redemption of this code were lost.</summary>
        internal readonly int LostResponses = lostResponses;

        /// <summary>Whether the code may be sent.</summary>
        internal SingleUse Use => code.Use;

        internal override Grant GrantFor(TokenParameters parameters, ServerProfile profile) => new AuthorizationCodeGrant(parameters, code, profile, LostResponses == 0);

        internal override SessionState After(AttemptResult attempt, Grant grant, string host, bool isOfHome)
        {
            if (attempt.IsSuccess)
            {
                SessionFacts facts = Facts.After(attempt.Response, grant);
                return attempt.Response.RefreshToken is { } refreshToken
                    ? new Refreshable(refreshToken, facts)
                    : new SignInNeeded(Failures.NoRefreshToken(), facts);
            }

            Failure failure = attempt.Failure;
            return attempt.Outcome switch
            {
                // Another tenant than the user's own may not know the user, and says so with the same word.
                AttemptOutcome.Refused when isOfHome && attempt.Reason == RefusalReason.Grant => new SignInNeeded(
                    firstLoss is null ? failure : Failures.CodeLostBefore(firstLoss, failure), Facts, failure.Response is { } refusal && RefusalReasons.IsOfSetup(refusal)),
                AttemptOutcome.Refused when attempt.Reason == RefusalReason.Other && WordsOf(failure) is { } words => words == lastRefusal
                    ? new SignInNeeded(Failures.CodeRefusedTwice(failure.Response!), Facts)
                    : new CodePending(code, LostResponses, firstLoss, words),
                AttemptOutcome.Malformed => new SignInNeeded(failure, Facts),
                AttemptOutcome.Lost when firstLoss is not null => new SignInNeeded(Failures.CodeMayHaveBeenUsed(host, firstLoss, failure), Facts),
                AttemptOutcome.Lost => new CodePending(code, LostResponses + 1, failure, lastRefusal),
                _ => this,
            };
        }

        // Entra ID has a word for a dead code, and numbers; other servers may have neither.
        private static string? WordsOf(Failure failure) =>
            failure.Response is { ErrorCodes.Count: 0, Error: { } error } response ? $"{error} {response.ErrorDescription}" : null;

        // Nobody has checked an ID token before there was one.
        private protected override SessionState With(SessionFacts known) => this;
    }

    /// <summary>The code is gone, and a refresh token acquires all further tokens.</summary>
    [DebuggerDisplay("refreshable")]
    internal sealed class Refreshable(SecretText refreshToken, SessionFacts facts) : SessionState(facts, refreshToken)
    {
        internal SecretText RefreshToken => (SecretText)Secret!;

        internal override Grant GrantFor(TokenParameters parameters, ServerProfile profile) =>
            new RefreshTokenGrant(parameters, RefreshToken, profile, Facts.Scopes, Facts.RoutingHint);

        internal override SessionState After(AttemptResult attempt, Grant grant, string host, bool isOfHome)
        {
            if (attempt.IsSuccess)
            {
                return new Refreshable(attempt.Response.RefreshToken ?? RefreshToken, Facts.After(attempt.Response, grant));
            }

            // Only of an OAuth error: a throttled or failed response may say anything. And only at home: another tenant refuses a
            // user whom it does not know with the same word. Some servers use it for scopes as well.
            bool isDead = isOfHome && attempt is { Outcome: AttemptOutcome.Refused, Reason: RefusalReason.Grant } && !grant.ExceedsSession && !LostScopes(grant);
            return isDead ? new SignInNeeded(attempt.Failure, Facts) { Refused = HashOf(RefreshToken) } : this;
        }

        // To an earlier refresh for fewer scopes.
        private bool LostScopes(Grant grant) => Facts.HasNarrowed && grant.NarrowsSession;

        private protected override SessionState With(SessionFacts known) => new Refreshable(RefreshToken, known);
    }

    /// <summary>Nothing is left to acquire tokens with.</summary>
    [DebuggerDisplay("sign-in needed")]
    internal sealed class SignInNeeded(Failure reason, SessionFacts facts, bool isOfSetup = false) : SessionState(facts, secret: null)
    {
        internal readonly Failure Reason = reason.ThatEndsTheSession(isOfSetup);

        /// <summary>A hash of the refresh token that was refused, which is wiped; <see langword="null"/> if none was.</summary>
        internal ulong? Refused { private get; init; }

        /// <summary>Whether a refresh token was refused.</summary>
        internal bool IsOfRefreshToken => Refused is not null;

        /// <summary>Whether a refresh token is the one that was refused, and no instance has used it with success since.</summary>
        internal bool IsRefusalOf(SecretText refreshToken, SessionFacts stored) => stored.Version <= Facts.Version && Refused == HashOf(refreshToken);

        internal override Grant? GrantFor(TokenParameters parameters, ServerProfile profile) => null;

        internal override SessionState After(AttemptResult attempt, Grant grant, string host, bool isOfHome) => this;

        private protected override SessionState With(SessionFacts known) => new SignInNeeded(Reason, known, isOfSetup) { Refused = Refused };
    }
}
