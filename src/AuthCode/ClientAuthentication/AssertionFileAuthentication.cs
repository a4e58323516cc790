using System.Text;

namespace AuthCode;

/// <summary>An assertion in a file that something else keeps fresh, as Kubernetes' projected service account token; read at each attempt, since it is replaced about every hour.</summary>
internal sealed class AssertionFileAuthentication : ClientAuthentication
{
    // A token is some kilobytes; whatever is longer is another file.
    private const int LongestFile = 64 * 1024;

    private readonly string _path;

    internal AssertionFileAuthentication(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (string.IsNullOrWhiteSpace(path) || !Path.IsPathFullyQualified(path))
        {
            throw new ArgumentException("The path must be absolute, as that of AZURE_FEDERATED_TOKEN_FILE is.", nameof(path));
        }

        _path = path;
    }

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken)
    {
        // One handle for the length and the text: the file may be replaced at any time.
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.UTF8);
        string assertion = file.Length <= LongestFile ? reader.ReadToEnd().Trim() : "";
        if (assertion.Length == 0 || !Characters.AreScopeToken(assertion))
        {
            throw new InvalidOperationException("The assertion file holds no signed JWT in its compact form.");
        }

        AssertionAuthentication.AddGiven(request, assertion);
    }
}
