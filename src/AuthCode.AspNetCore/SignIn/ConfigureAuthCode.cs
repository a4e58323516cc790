using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Completes the settings of a scheme: what depends on other settings, and what protects cookies.</summary>
/// <param name="protection">Protects cookies.</param>
internal sealed class ConfigureAuthCode(IDataProtectionProvider protection) : IPostConfigureOptions<AuthCodeOptions>
{
    private static readonly string[] DefaultScopes = ["openid", "profile"];

    public void PostConfigure(string? name, AuthCodeOptions options)
    {
        if (options.Scopes.Count == 0)
        {
            options.Scopes.Add(DefaultScopes[0]);
            options.Scopes.Add(DefaultScopes[1]);
        }

        if (options.ResponseMode == AuthorizationResponseMode.FormPost)
        {
            // The form is posted by a page of another site.
            options.CorrelationCookie.SameSite = SameSiteMode.None;
        }

        options.DataProtectionProvider ??= protection;
        options.TransactionFormat = FormatOf(options, name, "transaction");
        options.StartFormat = FormatOf(options, name, "start");
        options.SignOutFormat = FormatOf(options, name, "sign-out");
    }

    private static PropertiesDataFormat FormatOf(AuthCodeOptions options, string? scheme, string purpose) =>
        new(options.DataProtectionProvider!.CreateProtector("AuthCode.AspNetCore", scheme ?? "", purpose, "v1"));
}
