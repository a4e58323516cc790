namespace AuthCode.Tests.Scenarios.Model;

/// <summary>What happens to the one request that a step may send.</summary>
public enum Fault
{
    None,
    NeverSent,
    Refused,
    Lost,
    Malformed,
    InvalidGrant,
}

/// <summary>One step of a session's life: time goes on, then someone asks for a token, and the server is in a mood.</summary>
/// <param name="Wait">Which of some waits.</param>
/// <param name="Scopes">Which of some scope sets.</param>
/// <param name="Tenant">Which of two tenants.</param>
/// <param name="Claims">Which of some claims; 0 is none.</param>
/// <param name="Cae">Whether the caller can answer challenges.</param>
/// <param name="Fault">What goes wrong.</param>
/// <param name="Granted">Which scope set is granted; the first is the one that was asked for.</param>
public sealed record SessionStep(int Wait, int Scopes, int Tenant, int Claims, bool Cae, Fault Fault, int Granted)
{
    internal static readonly TimeSpan[] Waits =
        [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(31), TimeSpan.FromMinutes(54.9), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(61)];

    internal static readonly string[][] ScopeSets =
        [["a/read"], ["a/read", "a/write"], ["a/write", "a/read", "openid"], ["a/write"], ["b/read"], ["openid"], ["profile", "openid"]];

    internal static readonly string[] Tenants = [The.Tenant, The.OtherTenant];

    internal static readonly string?[] ClaimsTexts = [null, """{"a":1}""", """{"b":2}"""];

    internal string[] Asked => ScopeSets[Scopes];

    internal string[] Grant => Granted == 0 ? Asked : ScopeSets[Granted];
}
