namespace AuthCode;

/// <summary>A client of the host, with what its configuration has made of it and a health check looks at.</summary>
/// <param name="client">The client.</param>
/// <param name="credential">What it authenticates with.</param>
/// <param name="sessions">The settings of its sessions, which nobody changes any more.</param>
/// <param name="keyRingProblem">What is wrong with where the keys of sessions are; <see langword="null"/> if nothing is seen.</param>
/// <param name="time">The clock.</param>
internal sealed class RegisteredClient(AuthorizationCodeClient client, ClientCredential credential, UserSessionOptions sessions, string? keyRingProblem, TimeProvider time)
{
    internal AuthorizationCodeClient Client { get; } = client;

    internal ClientCredential Credential { get; } = credential;

    internal UserSessionOptions Sessions { get; } = sessions;

    internal string? KeyRingProblem { get; } = keyRingProblem;

    internal TimeProvider Time { get; } = time;

    /// <summary>Whether tokens can be requested only where the server's metadata says. The endpoints of Entra ID follow from its address.</summary>
    internal required bool NeedsMetadataForTokens { get; init; }
}
