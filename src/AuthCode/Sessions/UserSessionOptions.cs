namespace AuthCode;

/// <summary>Settings of the sessions of signed-in users: <see cref="AuthorizationCodeClientOptions.Sessions"/>.</summary>
/// <remarks>The client copies them when it is created. Not safe for use by several threads at once.</remarks>
public sealed class UserSessionOptions
{
    private static readonly TimeSpan WithNotices = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WithoutNotices = TimeSpan.FromSeconds(60);

    private TimeSpan? _revalidateAfter;

    /// <summary>Gets or sets the store that all instances of the service share.</summary>
    /// <value>Default: <see langword="null"/>; sessions are kept in the memory of this process and end with it.</value>
    public ISessionStore? Store { get; set; }

    /// <summary>Gets or sets what encrypts the sessions. A store without it is refused.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public ISessionProtector? Protector { get; set; }

    /// <summary>Gets or sets what keeps two instances from refreshing one session at the same time.</summary>
    /// <value>Default: <see langword="null"/>, nothing. Servers whose refresh tokens work once may then end a session; see docs/sessions.md.</value>
    public ISessionLeases? Leases { get; set; }

    /// <summary>Gets or sets whether the server accepts a refresh token that has been used.</summary>
    /// <value>Default: <see cref="RefreshTokenUse.Automatic"/>.</value>
    public RefreshTokenUse RefreshTokenUse { get; set; }

    /// <summary>Gets or sets how long a session lives after the sign-in.</summary>
    /// <value>Default: 90 days. More than zero.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets how long a session lives after it was used last.</summary>
    /// <value>Default: 14 days, as the cookies of ASP.NET Core. More than zero.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Gets or sets whether access tokens are stored as well, so that instances share them.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool KeepAccessTokens { get; set; } = true;

    /// <summary>Gets or sets how old what an instance knows of a session may be before it is read again, when the session is looked up or refreshed.</summary>
    /// <value>Default: 60 seconds, or 5 minutes if the <see cref="Store"/> tells changes (<see cref="ISessionStoreChanges"/>). Zero or more.</value>
    /// <remarks>It bounds how long an instance goes on with a session that another one has ended, also if a notice of the change is lost.</remarks>
    public TimeSpan RevalidateAfter
    {
        get => _revalidateAfter ?? (Store is ISessionStoreChanges ? WithNotices : WithoutNotices);
        set => _revalidateAfter = value;
    }

    /// <summary>Gets or sets how many sessions are kept in memory. The least recently used leave first.</summary>
    /// <value>Default: 100,000. More than zero. Without a store, a session that leaves has ended.</value>
    public int MostInMemory { get; set; } = 100_000;

    /// <summary>Gets or sets how long a session stays in memory after it was used last, if there is a store.</summary>
    /// <value>Default: 20 minutes. More than zero.</value>
    public TimeSpan IdleInMemory { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Gets or sets how long the store and the leases may take.</summary>
    /// <value>Default: 2 seconds. More than zero.</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets what is called when a session has ended on this instance. Exceptions are logged and ignored.</summary>
    /// <value>Default: <see langword="null"/>, nothing.</value>
    public Func<SessionEnded, ValueTask>? OnEnded { get; set; }
}
