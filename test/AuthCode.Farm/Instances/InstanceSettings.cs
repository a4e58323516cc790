using System.Text.Json;

namespace AuthCode.Farm.Instances;

/// <summary>What an instance is started with.</summary>
/// <param name="Authority">The address of the authorization server.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="ClientId">The client.</param>
/// <param name="Redis">The address of Redis.</param>
/// <param name="KeyRing">The folder of the keys of Data Protection.</param>
/// <param name="Store">Where the sessions are.</param>
/// <param name="RefreshTokenUse">Whether the server accepts a refresh token that has been used.</param>
/// <param name="StoreTimeout">How long Redis may take.</param>
/// <param name="Ahead">How far the clock of the farm is ahead of the clock of the machine.</param>
internal sealed record InstanceSettings(
    string Authority, string TenantId, string ClientId, string Redis, string KeyRing, StoreKind Store, RefreshTokenUse RefreshTokenUse, TimeSpan StoreTimeout, TimeSpan Ahead)
{
    internal static InstanceSettings Parse(string json) => JsonSerializer.Deserialize<InstanceSettings>(json)!;

    internal string ToJson() => JsonSerializer.Serialize(this);
}
