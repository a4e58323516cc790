using System.Net.Http.Headers;
using System.Text;

namespace AuthCode;

/// <summary>A client secret, in the body or in the Authorization header (RFC 6749 section 2.3.1).</summary>
internal sealed class SecretAuthentication : ClientAuthentication, IDisposable
{
    private readonly SecretText _secret;
    private readonly ClientSecretMethod _method;

    private SecretAuthentication(SecretText secret, ClientSecretMethod method)
    {
        _secret = secret;
        _method = method;
    }

    internal static SecretAuthentication Create(string clientSecret, ClientSecretMethod method, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(clientSecret, parameterName);
        if (string.IsNullOrWhiteSpace(clientSecret) || clientSecret.Any(char.IsControl))
        {
            throw new ArgumentException(
                "The client secret must not be empty, blank, or have control characters: pass the secret's value from the app registration.",
                parameterName);
        }

        Require(method);
        return new SecretAuthentication(new SecretText(clientSecret), method);
    }

    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the defined ones.</exception>
    internal static void Require(ClientSecretMethod method)
    {
        if (method is not (ClientSecretMethod.Post or ClientSecretMethod.Basic))
        {
            throw new ArgumentOutOfRangeException(nameof(method), method, "Pass ClientSecretMethod.Post or ClientSecretMethod.Basic.");
        }
    }

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken)
    {
        // With the process's random seed: it tells nothing of the secret.
        var fingerprint = new HashCode();
        fingerprint.AddBytes(_secret.Utf8);
        request.Fingerprint = fingerprint.ToHashCode();
        if (_method == ClientSecretMethod.Post)
        {
            request.Form.Add(Parameters.ClientId, request.ClientId);
            request.Form.AddSecret(Parameters.ClientSecret, _secret);
            return;
        }

        request.Form.NoteSecret(_secret);
        string id = FormEncoding.Encode(Encoding.UTF8.GetBytes(request.ClientId));
        string userPass = $"{id}:{FormEncoding.Encode(_secret.Utf8)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(userPass)));
    }

    /// <summary>Wipes the secret. Only a credential that made this object itself may do so.</summary>
    public void Dispose() => _secret.Dispose();
}
