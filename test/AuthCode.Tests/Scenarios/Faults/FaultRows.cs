using System.Text;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>What is left of a grant after a fault.</summary>
public enum Left
{
    /// <summary>The next call sends it again.</summary>
    TheGrant,

    /// <summary>A code is spent: the next call fails with the same reason and sends nothing.</summary>
    Nothing,
}

/// <summary>The faults that end a call, with the requests that they take and what they leave of a code.</summary>
internal static class FaultRows
{
    private static readonly string Nested = string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70);

    internal static IEnumerable<TestCaseData> All()
    {
        yield return Row("truncated, with a length", Left.Nothing, 1, React.Truncated(withLength: true));
        yield return Row("truncated, without a length", Left.Nothing, 1, React.Truncated(withLength: false));
        yield return Row("an endless body", Left.Nothing, 1, React.Endless());
        yield return Row("a gzip bomb", Left.Nothing, 1, React.GzipBomb());
        yield return Row("another content type", Left.Nothing, 1, React.Raw(Encoding.UTF8.GetBytes(Answer.TokenJson()), "text/plain"));
        yield return Row("no content type", Left.Nothing, 1, React.Raw(Encoding.UTF8.GetBytes(Answer.TokenJson()), contentType: null));
        yield return Row("a page with 200", Left.Nothing, 1, React.Html("200 OK"));
        yield return Row("a page with 404", Left.TheGrant, 1, React.Html("404 Not Found"));
        yield return Row("an error with 200", Left.Nothing, 1, React.Json("""{"error":"invalid_grant"}"""));
        yield return Row("an error and a token with 200", Left.Nothing, 1, React.Json("""{"error":"invalid_grant","access_token":"a","token_type":"Bearer"}"""));
        yield return Row("400 without a body", Left.TheGrant, 1, React.Raw([], status: "400 Bad Request"));
        yield return Row("a member twice", Left.Nothing, 1, React.Json("""{"access_token":"a","access_token":"b","token_type":"Bearer"}"""));
        yield return Row("no token type", Left.Nothing, 1, React.Json("""{"access_token":"a"}"""));
        yield return Row("another token type", Left.Nothing, 1, React.Json("""{"access_token":"a","token_type":"mac"}"""));
        yield return Row("a line break in the token", Left.Nothing, 1, React.Json("""{"access_token":"a\r\nb","token_type":"Bearer"}"""));
        yield return Row("a NUL in the token", Left.Nothing, 1, React.Json("""{"access_token":"a\u0000b","token_type":"Bearer"}"""));
        yield return Row("500 twice", Left.Nothing, 2, React.Html("500 Oops"), React.Html("500 Oops"));
        yield return Row("the connection ends after the request, twice", Left.Nothing, 2, React.Close(), React.Close());
        yield return Row("the connection is reset after the request, twice", Left.Nothing, 2, React.Reset(), React.Reset());
        yield return Row("the connection is reset before the request is read, twice", Left.Nothing, 2, React.ResetUnread, React.ResetUnread);
        yield return Row("a lone surrogate", Left.Nothing, 1, React.Json("""{"access_token":"\ud800","token_type":"Bearer"}"""));
        yield return Row("invalid UTF-8", Left.Nothing, 1, React.Raw([.. "{\"access_token\":\""u8, 0xC3, 0x28, .. "\",\"token_type\":\"Bearer\"}"u8]));
        yield return Row("nested deeply", Left.Nothing, 1, React.Json(Nested));
        yield return Row("headers without end, twice", Left.Nothing, 2, React.LongHeaders(), React.LongHeaders());
        yield return Row("interim answers without end, twice", Left.Nothing, 2, React.InterimAnswers(), React.InterimAnswers());
        yield return Row("T invalid_grant", Left.Nothing, 1, React.Error("invalid_grant"));

        static TestCaseData Row(string name, Left left, int requests, params Reaction[] reactions) =>
            new TestCaseData(reactions, requests, left).SetArgDisplayNames(name);
    }
}
