using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using Gatepass.Sdk;

/// <summary>The session face: what its manual promises before and after the wire.</summary>
public static class ChecksOfSession
{
    private const string Secret = "a-token-of-tests";
    private static readonly ApiRestV2SessionGettokenRequest Ann = new ApiRestV2SessionGettokenRequest("ann", "p");

    public static void The_defaults_are_the_manuals()
    {
        RESTAPISDKClient client = new RESTAPISDKClient.Builder().Build();
        var http = client.HttpClientConfiguration;
        Check.Same("https://localhost:443", client.GetBaseUri(Server.Default));
        Check.Same(Gatepass.Sdk.Environment.Production, client.Environment);
        Check.Same("application/json application/json", client.ContentType + " " + client.AcceptLanguage);
        Check.Same(TimeSpan.FromSeconds(100), http.Timeout);
        Check.Same("0 2 1 0", $"{http.NumberOfRetries} {http.BackoffFactor} {http.RetryInterval} "
            + http.MaximumRetryWaitTime.TotalSeconds);
        Check.Same("408 413 429 500 502 503 504 521 522 524", string.Join(" ", http.StatusCodesToRetry));
        Check.Same("GET PUT", string.Join(" ", http.RequestMethodsToRetry));
        Check.Same(null, http.HttpClientInstance);
        Check.That(http.OverrideHttpClientConfiguration, "the configuration overrides");
    }

    public static void What_is_sent_is_what_the_manual_says()
    {
        var peer = new Peer("{\"tokenType\":\"Bearer\"}");
        var client = peer.Builder().AccessToken(Secret).AcceptLanguage("de").Build();
        Check.Same(new SessionLoginResponse(tokenType: "Bearer"), client.SessionController.Gettoken(Ann));
        var sent = peer.Requests.Single();
        Check.Same("POST http://h/api/rest/v2/session/gettoken", sent.Method + " " + sent.RequestUri);
        Check.Same("{\"userName\":\"ann\",\"password\":\"p\"}", peer.Bodies.Single());
        Check.Same("application/json", sent.Content.Headers.ContentType.ToString());
        Check.Same("de", sent.Headers.GetValues("Accept-Language").Single());
        Check.Same("application/json", sent.Headers.GetValues("Accept").Single());
        Check.Same(null, sent.Headers.Authorization);
    }

    public static void Only_info_and_revoke_show_the_token()
    {
        var peer = new Peer("true");
        var session = peer.Builder().AccessToken(Secret).Build().SessionController;
        session.GetSessionInfo();
        session.Revoketoken();
        session.Logout();
        peer.Builder().Build().SessionController.GetSessionInfo();
        var shown = peer.Requests.Select(one => one.Headers.Authorization?.ToString() ?? "none");
        Check.Same($"Bearer {Secret}, Bearer {Secret}, none, none", string.Join(", ", shown));
    }

    public static void A_body_that_is_missing_is_not_sent()
    {
        var peer = new Peer("true");
        var session = peer.Builder().Build().SessionController;
        Check.Throws<ArgumentNullException>(() => session.Login(null));
        Check.Throws<ArgumentNullException>(() => session.GettokenAsync(null));
        Check.Same(0, peer.Requests.Count);
    }

    public static void A_callback_sees_the_exchange()
    {
        var peer = new Peer("{\"a\": 1}");
        var seen = new List<string>();
        var watching = new HttpCallBack();
        watching.OnBeforeHttpRequestEvent += (source, request) => seen.Add(
            request + " " + request.Headers["authorization"]);
        watching.OnAfterHttpResponseEvent += (source, response) => seen.Add(
            response + " " + ((HttpStringResponse)response).Body + response.RawBody.Length);
        peer.Builder().AccessToken(Secret).HttpCallBack(watching).Build().SessionController.GetSessionInfo();
        Check.Same(
            "GET http://h/api/rest/v2/session Bearer " + Secret + "; HTTP 200 {\"a\": 1}8",
            string.Join("; ", seen));
    }

    public static void Nothing_is_tried_again_by_default()
    {
        var peer = new Peer(() => Peer.Answer(503, string.Empty));
        var wrong = Check.Throws<ApiException>(() => peer.Builder().Build().SessionController.GetSessionInfo());
        Check.Same("503 HTTP Response Not OK", wrong.ResponseCode + " " + wrong.Message);
        Check.Same(1, peer.Requests.Count);
    }

    public static void What_the_configuration_says_is_tried_again_but_no_post()
    {
        var peer = new Peer(() => Peer.Answer(503, string.Empty));
        var session = peer.Builder().HttpClientConfig(http => http.NumberOfRetries(2)).Build().SessionController;
        Check.Throws<ApiException>(() => session.GetSessionInfo());
        Check.Same(3, peer.Requests.Count);
        Check.Throws<ApiException>(() => session.Logout());
        Check.Same(4, peer.Requests.Count);
        session = peer.Builder().HttpClientConfig(http => http
            .NumberOfRetries(9).RetryInterval(0.001).MaximumRetryWaitTime(TimeSpan.FromSeconds(0.004)))
            .Build().SessionController;
        Check.Throws<ApiException>(() => session.GetSessionInfo());
        Check.Same(7, peer.Requests.Count);
    }

    public static void An_error_response_holds_what_the_body_says()
    {
        var texts = new Dictionary<string, string>
        {
            ["{\"error\":{\"a\":[1,\"x\"]}}"] = "{\"a\":[1,\"x\"]}",
            ["{\"error\":\"words\"}"] = "\"words\"",
            ["{\"other\":1}"] = "null",
            ["[1]"] = "null",
            ["<html>"] = "null",
        };
        foreach (var one in texts)
        {
            var session = new Peer(() => Peer.Answer(500, one.Key)).Builder().Build().SessionController;
            var wrong = Check.Throws<ErrorResponseException>(() => session.Logout());
            Check.Same(one.Value, GatepassJson.Write(wrong.Error));
            Check.Same("Operation failed or unauthorized request", wrong.Message);
            Check.Same(one.Key, wrong.HttpContext.Response.Body);
        }
    }

    public static void A_token_that_cannot_stand_in_a_header_is_refused_and_not_shown()
    {
        foreach (var token in new[] { "two words-of-it", "line\r\nX-Other: 1", "ünïcode", "\u007f\u0000" })
        {
            var peer = new Peer("true");
            var session = peer.Builder().AccessToken(token).Build().SessionController;
            var wrong = Check.Throws<ArgumentException>(() => session.Revoketoken());
            Check.That(!wrong.ToString().Contains(token), wrong.Message);
            Check.Same(0, peer.Requests.Count);
        }
    }

    public static void An_address_that_is_none_is_refused_and_its_password_not_shown()
    {
        foreach (var url in new[] { "localhost", "/api", "ftp://h", "file:///etc", "http://ann:Of-The-Tests-1@h", null })
        {
            var wrong = Check.Throws<ArgumentException>(() => new GatepassClient.Builder().BaseUrl(url));
            Check.That(!wrong.ToString().Contains("Of-The-Tests-1"), wrong.Message);
        }
    }

    public static void A_client_is_made_from_the_environment_or_from_another()
    {
        var set = new Dictionary<string, string>
        {
            ["BASE_URL"] = "http://elsewhere/",
            ["ACCESS_TOKEN"] = Secret,
            ["CONTENT_TYPE"] = "text/plain",
            ["ACCEPT_LANGUAGE"] = "de",
            ["ENVIRONMENT"] = "production",
        };
        foreach (var one in set)
        {
            System.Environment.SetEnvironmentVariable("RESTAPISDK_STANDARD_" + one.Key, one.Value);
        }
        RESTAPISDKClient client = RESTAPISDKClient.CreateFromEnvironment();
        Check.Same("http://elsewhere text/plain de", $"{client.GetBaseUri()} {client.ContentType} {client.AcceptLanguage}");
        Check.Same("RESTAPISDKClient(http://elsewhere/)", client.ToString());
        Check.Same("http://elsewhere", GatepassClient.CreateFromEnvironment().GetBaseUri());
        var peer = new Peer("true");
        RESTAPISDKClient other = client.ToBuilder()
            .BaseUrl("http://h")
            .HttpClientConfig(http => http.HttpClientInstance(new HttpClient(peer)))
            .Build();
        other.SessionController.Revoketoken();
        Check.Same("Bearer " + Secret, peer.Requests.Single().Headers.Authorization.ToString());
        Check.Same(null, client.HttpClientConfiguration.HttpClientInstance);
    }
}
