using System.Diagnostics;

namespace AuthCode;

/// <summary>What a session can still get tokens with, and where each answer of the server leads from there.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>state, answer</term><description>next state; what is kept</description></listheader>
/// <item><term>code pending, token with a refresh token</term><description>refreshable; the code is wiped</description></item>
/// <item><term>code pending, token without one</term><description>sign-in needed; the code is wiped</description></item>
/// <item><term>code pending, <c>invalid_grant</c> or a malformed answer</term><description>sign-in needed with that reason; the code is wiped</description></item>
/// <item><term>code pending, answer lost</term><description>code pending, once; the second time sign-in needed</description></item>
/// <item><term>code pending, anything else</term><description>code pending</description></item>
/// <item><term>refreshable, token with a new refresh token</term><description>refreshable with the new one; the old one is wiped</description></item>
/// <item><term>refreshable, <c>invalid_grant</c> of the credential's own tenant that no interaction for the scopes would heal</term><description>sign-in needed with that reason; the refresh token is wiped</description></item>
/// <item><term>refreshable, anything else</term><description>refreshable with the same one</description></item>
/// <item><term>sign-in needed</term><description>for ever: nothing is sent</description></item>
/// </list>
/// Only the holder of the session's turn moves it, so no two grants of one session are ever under way.
/// </remarks>
internal abstract class SessionState : IDisposable
{
    /// <summary>The grant that gets a token in this state; <see langword="null"/> when none does.</summary>
    /// <param name="flight">Whom for.</param>
    /// <param name="routingHint">Where Entra ID keeps the user.</param>
    /// <param name="keepsIdToken">Whether the ID token of a refresh is looked at.</param>
    internal abstract Grant? GrantFor(TokenAcquisition flight, string? routingHint, bool keepsIdToken);

    /// <summary>The state after an answer, and the failure that its callers are told when it is one.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="host">Whose it is, for messages.</param>
    /// <param name="isOfHome">Whether it was asked for the tenant that the credential was made for.</param>
    internal abstract (SessionState Next, Failure? Failure) After(TokenAnswer answer, string host, bool isOfHome);

    /// <summary>The refresh token that a server could revoke; <see langword="null"/> when there is none.</summary>
    internal virtual SecretText? RefreshToken => null;

    /// <summary>Wipes what the state holds.</summary>
    public abstract void Dispose();

    /// <summary>The code has not been redeemed yet, or not with a known outcome.</summary>
    [DebuggerDisplay("code pending")]
    internal sealed class CodePending(AuthorizationCode code, int answersLost = 0, Failure? firstLoss = null) : SessionState
    {
        internal override Grant GrantFor(TokenAcquisition flight, string? routingHint, bool keepsIdToken) => new AuthorizationCodeGrant(code)
        {
            Tenant = flight.Request.Key.Tenant,
            Scopes = flight.Request.Scopes,
            Claims = flight.Request.Claims,
            Resource = flight.Request.Resource,
            RequestId = flight.Request.RequestId,
            AnswersLostBefore = answersLost,
        };

        internal override (SessionState Next, Failure? Failure) After(TokenAnswer answer, string host, bool isOfHome)
        {
            Failure? failure = answer.Result.Failure;
            switch (answer.Result.Outcome)
            {
                case AttemptOutcome.Succeeded:
                    return (AfterSuccess(answer.Result.Response!), null);
                case AttemptOutcome.Refused when failure?.Response?.Error == Parameters.InvalidGrant:
                    return SignIn(answersLost == 0 ? failure : CodeLostBefore(failure));
                case AttemptOutcome.Malformed:
                    return SignIn(failure!);
                case AttemptOutcome.Lost when answer.AnswersLost > 1:
                    return SignIn(Failures.CodeMayHaveBeenUsed(host, (firstLoss ?? failure)?.Cause));
                default:
                    return (answer.AnswersLost == answersLost ? this : new CodePending(code, answer.AnswersLost, failure), failure);
            }
        }

        public override void Dispose() => code.Dispose();

        private static SessionState AfterSuccess(TokenResponse response) => response.RefreshToken is { } refreshToken
            ? new Refreshable(refreshToken)
            : new SignInNeeded(Failures.NoRefreshToken());

        private Failure CodeLostBefore(Failure refusal) => new(
            $"{Failures.CodeLostBefore} {refusal.Message}", firstLoss?.Cause, refusal.Response);

        private static (SessionState, Failure) SignIn(Failure reason)
        {
            var end = new SignInNeeded(reason);
            return (end, end.Reason);
        }
    }

    /// <summary>The code is gone, and a refresh token gets all further tokens.</summary>
    [DebuggerDisplay("refreshable")]
    internal sealed class Refreshable(SecretText refreshToken) : SessionState
    {
        internal override SecretText RefreshToken => refreshToken;

        internal override Grant GrantFor(TokenAcquisition flight, string? routingHint, bool keepsIdToken) => new RefreshTokenGrant(refreshToken, keepsIdToken)
        {
            Tenant = flight.Request.Key.Tenant,
            Scopes = flight.Request.Scopes,
            Claims = flight.Request.Claims,
            Resource = flight.Request.Resource,
            RequestId = flight.Request.RequestId,
            RoutingHint = routingHint,
            AnswersLostBefore = flight.AnswersLost,
        };

        internal override (SessionState Next, Failure? Failure) After(TokenAnswer answer, string host, bool isOfHome)
        {
            Failure? failure = answer.Result.Failure;
            if (answer.Result.Response is { } response)
            {
                return (response.RefreshToken is { } rotated ? new Refreshable(rotated) : this, null);
            }

            // Only of an answer that is an OAuth error: a throttled or failed one may say anything. And only at home: another
            // tenant refuses a user whom it does not know with the same word.
            bool dead = isOfHome && answer.Result.Outcome == AttemptOutcome.Refused
                && failure?.Response is { Error: Parameters.InvalidGrant } refusal && !TokenResponseClassifier.NeedsInteraction(refusal);
            return (dead ? new SignInNeeded(failure!) : this, failure);
        }

        public override void Dispose() => refreshToken.Dispose();
    }

    /// <summary>Nothing is left to get tokens with.</summary>
    [DebuggerDisplay("sign-in needed")]
    internal sealed class SignInNeeded(Failure reason) : SessionState
    {
        internal Failure Reason { get; } = reason.ThatEndsTheSession();

        internal override Grant? GrantFor(TokenAcquisition flight, string? routingHint, bool keepsIdToken) => null;

        internal override (SessionState Next, Failure? Failure) After(TokenAnswer answer, string host, bool isOfHome) => (this, Reason);

        public override void Dispose()
        {
        }
    }
}
