using System.Diagnostics;

namespace AuthCode;

/// <summary>What a session can still acquire tokens with, and where each outcome of an attempt leads from there. A value: deciding changes nothing.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>state, outcome</term><description>next state; what is kept</description></listheader>
/// <item><term>code pending, token with a refresh token</term><description>refreshable; the code is wiped</description></item>
/// <item><term>code pending, token without one</term><description>sign-in needed; the code is wiped</description></item>
/// <item><term>code pending, <c>invalid_grant</c> of the credential's own tenant, or a malformed response</term><description>sign-in needed with that reason; the code is wiped</description></item>
/// <item><term>code pending, response lost</term><description>code pending, once; the second time sign-in needed</description></item>
/// <item><term>code pending, anything else</term><description>code pending</description></item>
/// <item><term>refreshable, token with a new refresh token</term><description>refreshable with the new one; the old one is wiped</description></item>
/// <item><term>refreshable, <c>invalid_grant</c> of the credential's own tenant that no interaction for the scopes would heal</term><description>sign-in needed with that reason; the refresh token is wiped</description></item>
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
    internal abstract Grant? GrantFor(TokenParameters parameters);

    /// <summary>The state after an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="host">The server's host, for messages.</param>
    /// <param name="isOfHome">Whether the token was requested for the tenant that the credential was made for.</param>
    internal abstract SessionState After(AttemptResult attempt, string host, bool isOfHome);

    /// <summary>The same state, of a user who is known.</summary>
    internal abstract SessionState Of(TokenSubject subject, string accountKey);

    /// <summary>The code has not been redeemed yet, or not with a known outcome.</summary>
    [DebuggerDisplay("code pending")]
    internal sealed class CodePending(AuthorizationCode code, int lostResponses = 0, Failure? firstLoss = null) : SessionState(SessionFacts.None, code)
    {
        /// <summary>How many responses to the redemption of this code were lost.</summary>
        internal readonly int LostResponses = lostResponses;

        internal override Grant GrantFor(TokenParameters parameters) => new AuthorizationCodeGrant(parameters, code);

        internal override SessionState After(AttemptResult attempt, string host, bool isOfHome)
        {
            if (attempt.IsSuccess)
            {
                SessionFacts facts = Facts.After(attempt.Response);
                return attempt.Response.RefreshToken is { } refreshToken
                    ? new Refreshable(refreshToken, facts)
                    : new SignInNeeded(Failures.NoRefreshToken(), facts);
            }

            Failure failure = attempt.Failure;
            return attempt.Outcome switch
            {
                // Another tenant than the user's own may not know the user, and says so with the same word.
                AttemptOutcome.Refused when isOfHome && failure.Response?.Error == Parameters.InvalidGrant =>
                    new SignInNeeded(firstLoss is null ? failure : Failures.CodeLostBefore(firstLoss, failure), Facts),
                AttemptOutcome.Malformed => new SignInNeeded(failure, Facts),
                AttemptOutcome.Lost when firstLoss is not null => new SignInNeeded(Failures.CodeMayHaveBeenUsed(host, firstLoss, failure), Facts),
                AttemptOutcome.Lost => new CodePending(code, LostResponses + 1, failure),
                _ => this,
            };
        }

        // Nobody has checked an ID token before there was one.
        internal override SessionState Of(TokenSubject subject, string accountKey) => this;
    }

    /// <summary>The code is gone, and a refresh token acquires all further tokens.</summary>
    [DebuggerDisplay("refreshable")]
    internal sealed class Refreshable(SecretText refreshToken, SessionFacts facts) : SessionState(facts, refreshToken)
    {
        internal readonly SecretText RefreshToken = refreshToken;

        internal override Grant GrantFor(TokenParameters parameters) => new RefreshTokenGrant(parameters, RefreshToken, Facts.RoutingHint);

        internal override SessionState After(AttemptResult attempt, string host, bool isOfHome)
        {
            if (attempt.IsSuccess)
            {
                return new Refreshable(attempt.Response.RefreshToken ?? RefreshToken, Facts.After(attempt.Response));
            }

            // Only of an OAuth error: a throttled or failed response may say anything. And only at home: another tenant refuses a
            // user whom it does not know with the same word.
            bool isDead = isOfHome && attempt.Outcome == AttemptOutcome.Refused
                && attempt.Failure.Response is { Error: Parameters.InvalidGrant } refusal && !TokenResponseClassifier.NeedsInteraction(refusal);
            return isDead ? new SignInNeeded(attempt.Failure, Facts) : this;
        }

        internal override SessionState Of(TokenSubject subject, string accountKey) =>
            new Refreshable(RefreshToken, Facts.Of(subject, accountKey));
    }

    /// <summary>Nothing is left to acquire tokens with.</summary>
    [DebuggerDisplay("sign-in needed")]
    internal sealed class SignInNeeded(Failure reason, SessionFacts facts) : SessionState(facts, secret: null)
    {
        internal readonly Failure Reason = reason.ThatEndsTheSession();

        internal override Grant? GrantFor(TokenParameters parameters) => null;

        internal override SessionState After(AttemptResult attempt, string host, bool isOfHome) => this;

        internal override SessionState Of(TokenSubject subject, string accountKey) =>
            new SignInNeeded(Reason, Facts.Of(subject, accountKey));
    }
}
