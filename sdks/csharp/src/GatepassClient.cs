using System;

namespace Gatepass.Sdk
{
    /// <summary>
    /// One server, one caller; threads may share it. <see cref="Auth"/> speaks REST v2.0 and looks
    /// after its token, <see cref="SessionController"/> the older beta under the names of its manual.
    /// </summary>
    public class GatepassClient : IDisposable
    {
        private readonly Setting setting;
        private readonly Transport http;

        internal GatepassClient(Setting setting)
        {
            this.setting = setting;
            http = new Transport(setting.Http);
            var keeper = new TokenKeeper(setting.Credentials, setting.AccessToken);
            var conversation = new Conversation(http, GetBaseUri(), keeper, setting.AuthRetries);
            Auth = new AuthController(conversation);
            SessionController = new SessionController(http, GetBaseUri(), setting);
        }

        /// <summary>The Authentication operations of REST v2.0.</summary>
        public AuthController Auth { get; }

        /// <summary>The betas' session operations.</summary>
        public SessionController SessionController { get; }

        public Environment Environment => setting.Environment;

        public string BaseUrl => setting.BaseUrl;

        public string ContentType => setting.ContentType;

        public string AcceptLanguage => setting.AcceptLanguage;

        public HttpClientConfiguration HttpClientConfiguration => setting.Http;

        /// <summary>Returns a client that environment variables (<c>RESTAPISDK_STANDARD_…</c>) set up.</summary>
        public static GatepassClient CreateFromEnvironment()
        {
            return new Builder(FromEnvironment()).Build();
        }

        /// <summary>Returns the address that the paths are appended to.</summary>
        public string GetBaseUri(Server server = Server.Default)
        {
            return setting.BaseUrl.TrimEnd('/');
        }

        /// <summary>Returns a builder of clients like this one; what they keep they do not share.</summary>
        public Builder ToBuilder()
        {
            return new Builder(setting);
        }

        /// <summary>Closes the connections, unless the HTTP client was handed in.</summary>
        public void Dispose()
        {
            Auth.Close();
            http.Dispose();
        }

        /// <summary>Returns the address alone.</summary>
        public override string ToString()
        {
            return $"{GetType().Name}({BaseUrl})";
        }

        internal static Setting FromEnvironment()
        {
            var builder = new Builder();
            Given("CONTENT_TYPE", one => builder.ContentType(one));
            Given("ACCEPT_LANGUAGE", one => builder.AcceptLanguage(one));
            Given("ENVIRONMENT", one => builder.Environment(
                (Environment)Enum.Parse(typeof(Environment), one, true)));
            Given("BASE_URL", one => builder.BaseUrl(one));
            Given("ACCESS_TOKEN", one => builder.AccessToken(one));
            return builder.Made();
        }

        internal Setting Copied()
        {
            return setting.Copy();
        }

        private static void Given(string name, Action<string> take)
        {
            var value = System.Environment.GetEnvironmentVariable("RESTAPISDK_STANDARD_" + name);
            if (!string.IsNullOrEmpty(value))
            {
                take(value);
            }
        }

        /// <summary>Sets a client up.</summary>
        public sealed class Builder : ClientBuilder<Builder, GatepassClient>
        {
            /// <summary>Starts from the defaults.</summary>
            public Builder()
                : this(new Setting())
            {
            }

            internal Builder(Setting setting)
                : base(setting)
            {
            }

            /// <summary>Returns the client.</summary>
            public override GatepassClient Build()
            {
                return new GatepassClient(Made());
            }
        }
    }
}
