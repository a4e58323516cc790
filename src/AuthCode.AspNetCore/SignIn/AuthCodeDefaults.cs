namespace AuthCode;

/// <summary>Default values of the authentication handler.</summary>
public static class AuthCodeDefaults
{
    /// <summary>The scheme of <c>services.AddAuthCode(section)</c>, which is the name of its client as well.</summary>
    public const string AuthenticationScheme = "AuthCode";
}
