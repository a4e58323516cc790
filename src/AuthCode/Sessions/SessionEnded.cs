namespace AuthCode;

/// <summary>Describes a session that has ended on this instance.</summary>
/// <param name="AccountKey">The account of the user.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Response">The error response of the server, if it refused the session.</param>
public sealed record SessionEnded(string AccountKey, SessionEnd Reason, TokenErrorResponse? Response);
