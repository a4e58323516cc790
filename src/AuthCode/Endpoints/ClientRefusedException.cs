namespace AuthCode;

/// <summary>The endpoint refused the client a moment ago (<see cref="RefusedClient"/>), so nothing was sent.</summary>
internal sealed class ClientRefusedException(TokenErrorResponse response) : Exception("The endpoint refused the client a moment ago.")
{
    internal readonly TokenErrorResponse Response = response;
}
