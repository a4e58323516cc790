using Microsoft.AspNetCore.Authentication;

namespace AuthCode;

/// <summary>What a challenge can ask for beside <see cref="AuthenticationProperties.RedirectUri"/>, such as <c>Results.Challenge(new AuthCodeChallengeProperties { Prompt = "select_account" })</c>.</summary>
/// <remarks>The values are for one challenge, and are not stored.</remarks>
public class AuthCodeChallengeProperties : AuthenticationProperties
{
    internal const string ScopesKey = "scope";
    internal const string ClaimsKey = "claims";
    internal const string PromptKey = "prompt";
    internal const string LoginHintKey = "login_hint";
    internal const string AnswersScriptKey = "authcode.script";

    /// <summary>Gets or sets the scopes that the user consents to, beside those of the options.</summary>
    /// <value>Default: <see langword="null"/>, those of the options alone. A scope that ends in <c>/.default</c> stands alone, since Entra ID accepts no other beside it.</value>
    public IReadOnlyList<string>? Scopes
    {
        get => GetParameter<IReadOnlyList<string>>(ScopesKey);
        set => SetParameter(ScopesKey, value);
    }

    /// <summary>Gets or sets the claims that the sign-in must bring, as JSON: <see cref="TokenErrorResponse.Claims"/>.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? Claims
    {
        get => GetParameter<string>(ClaimsKey);
        set => SetParameter(ClaimsKey, value);
    }

    /// <summary>Gets or sets what the server prompts the user for.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="AuthCodeOptions.Prompt"/>.</value>
    public string? Prompt
    {
        get => GetParameter<string>(PromptKey);
        set => SetParameter(PromptKey, value);
    }

    /// <summary>Gets or sets the sign-in name of the user, which fills in the form.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? LoginHint
    {
        get => GetParameter<string>(LoginHintKey);
        set => SetParameter(LoginHintKey, value);
    }

    /// <summary>Whether the request is answered as that of a script, although it may not say that it is one.</summary>
    internal bool AnswersScript
    {
        get => GetParameter<bool>(AnswersScriptKey);
        set => SetParameter(AnswersScriptKey, value);
    }
}
