using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AuthCode;

/// <summary>Takes out of a server's words what it repeats of the secrets of a form, as they are or encoded.</summary>
/// <remarks>
/// Implementation note: the words are indexed and the secrets are looked up in them, block by block, so the work grows with the
/// secrets and nothing of a secret is kept. The words of one response are masked in one pass. A server chooses both its words and its
/// refresh tokens: words that would take too long are withheld.
/// </remarks>
internal sealed class SecretRedactor(FormBody form)
{
    private const string Mark = "(secret)";
    private const string Withheld = "(withheld)";

    // In no form of a secret, so that no match crosses from one text to the next.
    private const char Separator = '\n';

    [return: NotNullIfNotNull(nameof(text))]
    internal string? Mask(string? text)
    {
        string?[] texts = [text];
        MaskAll(texts);
        return texts[0];
    }

    /// <summary>Masks texts in place.</summary>
    internal void MaskAll(string?[] texts)
    {
        var index = new SecretIndex(string.Join(Separator, texts));
        form.VisitSecrets(SecretForms.Search, index);

        int start = 0;
        foreach (ref string? text in texts.AsSpan())
        {
            int length = text?.Length ?? 0;
            if (text is not null && (index.IsTooLaborious || index.IsAnyMasked))
            {
                text = index.IsTooLaborious ? Withheld : Rewrite(text, index.Masked.Slice(start, length));
            }

            start += length + 1;
        }
    }

    private static string Rewrite(string text, ReadOnlySpan<bool> masked)
    {
        var kept = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (!masked[i])
            {
                kept.Append(text[i]);
            }
            else if (i == 0 || !masked[i - 1])
            {
                kept.Append(Mark);
            }
        }

        return kept.ToString();
    }
}
