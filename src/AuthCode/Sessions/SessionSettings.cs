namespace AuthCode;

/// <summary>The checked values of <see cref="UserSessionOptions"/>.</summary>
internal sealed class SessionSettings
{
    internal required ISessionStore? Store { get; init; }

    internal required ISessionProtector? Protector { get; init; }

    internal required ISessionLeases? Leases { get; init; }

    internal required RefreshTokenUse RefreshTokenUse { get; init; }

    internal required TimeSpan Lifetime { get; init; }

    internal required TimeSpan IdleTimeout { get; init; }

    internal required bool KeepsAccessTokens { get; init; }

    internal required TimeSpan RevalidateAfter { get; init; }

    internal required int MostInMemory { get; init; }

    internal required TimeSpan IdleInMemory { get; init; }

    internal required TimeSpan StoreTimeout { get; init; }

    internal required Func<SessionEnded, ValueTask>? OnEnded { get; init; }

    /// <exception cref="ArgumentException">An option is not usable.</exception>
    internal static SessionSettings From(UserSessionOptions options)
    {
        if (options is { Store: not null, Protector: null })
        {
            throw new ArgumentException("Sessions.Store needs Sessions.Protector: refresh tokens are stored encrypted only. Set a protector, such as one over ASP.NET Core Data Protection.", nameof(options));
        }

        if (options is { Store: null, Leases: not null } or { Store: null, Protector: not null })
        {
            throw new ArgumentException("Sessions.Leases and Sessions.Protector are for a shared store: set Sessions.Store, or leave them unset.", nameof(options));
        }

        (string Name, TimeSpan Value)[] spans =
        [
            (nameof(options.Lifetime), options.Lifetime), (nameof(options.IdleTimeout), options.IdleTimeout),
            (nameof(options.IdleInMemory), options.IdleInMemory), (nameof(options.StoreTimeout), options.StoreTimeout),
        ];
        if (Array.Find(spans, static span => span.Value <= TimeSpan.Zero) is { Name: { } name })
        {
            throw new ArgumentException($"Sessions.{name} must be more than zero.", nameof(options));
        }

        if (options.RevalidateAfter < TimeSpan.Zero || options.MostInMemory <= 0 || !Enum.IsDefined(options.RefreshTokenUse))
        {
            throw new ArgumentException("Sessions.RevalidateAfter must be zero or more, MostInMemory more than zero, and RefreshTokenUse a member of the enumeration.", nameof(options));
        }

        return new SessionSettings
        {
            Store = options.Store,
            Protector = options.Protector,
            Leases = options.Leases,
            RefreshTokenUse = options.RefreshTokenUse,
            Lifetime = options.Lifetime,
            IdleTimeout = options.IdleTimeout,
            KeepsAccessTokens = options.KeepAccessTokens,
            RevalidateAfter = options.RevalidateAfter,
            MostInMemory = options.MostInMemory,
            IdleInMemory = options.IdleInMemory,
            StoreTimeout = options.StoreTimeout,
            OnEnded = options.OnEnded,
        };
    }
}
